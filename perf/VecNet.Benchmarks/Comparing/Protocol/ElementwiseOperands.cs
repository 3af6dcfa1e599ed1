using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The operands of a row, the same in every process: numbers from one seed.</summary>
internal sealed class ElementwiseOperands<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal ElementwiseOperands(ElementwiseRow row)
    {
        var random = new SplitMix64(1);
        Input = new(row.Rows, row.Columns);
        GradOutput = new(row.Rows, row.Columns);
        Result = new(row.Rows, row.Columns);
        Fill(Input.Span, random, 4);
        Fill(GradOutput.Span, random, 1);
        Classes = [.. Enumerable.Range(0, row.Rows).Select(_ => (int)(random.NextDouble() * row.Columns))];
    }

    /// <summary>x, uniform numbers of [−4, 4).</summary>
    internal TensorBuffer<T> Input { get; }

    /// <summary>∂L/∂y, uniform numbers of [−1, 1).</summary>
    internal TensorBuffer<T> GradOutput { get; }

    /// <summary>The class of each row.</summary>
    internal int[] Classes { get; }

    /// <summary>Where the result belongs that is compared.</summary>
    internal TensorBuffer<T> Result { get; }

    /// <summary>The loss, where there is one.</summary>
    internal T Loss { get; set; }

    private static void Fill(Span<T> elements, SplitMix64 random, double limit)
    {
        foreach (ref T element in elements)
        {
            element = T.CreateTruncating(limit * ((2 * random.NextDouble()) - 1));
        }
    }
}
