using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The operands of a row, the same in every process: uniform numbers from one seed.</summary>
internal sealed class OperationOperands<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal OperationOperands(OperationRow row)
    {
        var random = new SplitMix64(1);
        Input = Uniform(random, row.Rows, row.Columns, -4, 4);
        if (row.IsEmbedding)
        {
            Indices = RandomIndices(random, row.Length, OperationRow.Entries);
            Array.ConvertAll(Indices, T.CreateTruncating).CopyTo(Input.Span);
            Table = Uniform(random, OperationRow.Entries, OperationRow.Dimension, -1, 1);
            GradOutput = Uniform(random, row.Rows, row.Columns * OperationRow.Dimension, -1, 1);
            return;
        }

        GradOutput = Uniform(random, row.Rows, row.Columns, -1, 1);
        Indices = RandomIndices(random, row.Rows, row.Columns);
        Gamma = Uniform(random, 1, row.Columns, 0.5, 2);
        Beta = Uniform(random, 1, row.Columns, -1, 1);
        Variance = Uniform(random, 1, row.Columns, 0.5, 2);
        bool areProbabilities = row.Operation is Operation.BinaryCrossEntropy or Operation.KullbackLeibler;
        Targets = Uniform(random, row.Rows, row.Columns, areProbabilities ? 0 : -4, areProbabilities ? 1 : 4);
        if (row.Operation == Operation.KullbackLeibler)
        {
            MakeDistributions();
        }
    }

    /// <summary>x, of [−4, 4); the logarithms of a distribution for the divergence, an optimizer's parameters, an embedding's indices.</summary>
    internal TensorBuffer<T> Input { get; }

    /// <summary>∂L/∂y, of [−1, 1); for an optimizer the gradients.</summary>
    internal TensorBuffer<T> GradOutput { get; }

    /// <summary>What an embedding looks up, row by row; for a cross-entropy the class of each row.</summary>
    internal int[] Indices { get; }

    /// <summary>What a loss compares with.</summary>
    internal TensorBuffer<T> Targets { get; } = new(0, 0);

    /// <summary>The scale of a normalization.</summary>
    internal TensorBuffer<T> Gamma { get; } = new(0, 0);

    /// <summary>The shift of a normalization, and its running mean.</summary>
    internal TensorBuffer<T> Beta { get; } = new(0, 0);

    /// <summary>The running variance.</summary>
    internal TensorBuffer<T> Variance { get; } = new(0, 0);

    /// <summary>The table of an embedding.</summary>
    internal TensorBuffer<T> Table { get; } = new(0, 0);

    /// <summary>The next numbers of the generator, row by row, between two limits.</summary>
    internal static TensorBuffer<T> Uniform(SplitMix64 random, int rows, int columns, double from, double to)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        foreach (ref T element in buffer.Span)
        {
            element = T.CreateTruncating(from + ((to - from) * random.NextDouble()));
        }

        return buffer;
    }

    /// <summary>The next numbers of the generator, as indices below a limit.</summary>
    internal static int[] RandomIndices(SplitMix64 random, int count, int limit) =>
        [.. Enumerable.Range(0, count).Select(_ => (int)(random.NextDouble() * limit))];

    /// <summary>Makes each row of the targets a distribution, and each row of the input the logarithms of one.</summary>
    private void MakeDistributions()
    {
        LogSoftmax.Forward<T>(Input.View, Input.View);
        for (int row = 0; row < Targets.Rows; row++)
        {
            Span<T> distribution = Targets.View.Row(row);
            T sum = distribution.ToArray().Aggregate((total, element) => total + element);
            foreach (ref T element in distribution)
            {
                element /= sum;
            }
        }
    }
}
