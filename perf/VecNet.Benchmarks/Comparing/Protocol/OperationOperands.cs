using System.Numerics;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The operands of a row, the same in every process: uniform numbers from one seed.</summary>
internal sealed class OperationOperands<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SplitMix64 random = new(1);

    internal OperationOperands(OperationRow row)
    {
        Input = Uniform(row.Rows, row.Columns, -4, 4);
        if (row.IsEmbedding)
        {
            Indices = RandomIndices(row.Length, OperationRow.Entries);
            Table = Uniform(OperationRow.Entries, OperationRow.Dimension, -1, 1);
            GradOutput = Uniform(row.Rows, row.Columns * OperationRow.Dimension, -1, 1);
            return;
        }

        GradOutput = Uniform(row.Rows, row.Columns, -1, 1);
        Indices = RandomIndices(row.Rows, row.Columns);
        Gamma = Uniform(1, row.Columns, 0.5, 2);
        Beta = Uniform(1, row.Columns, -1, 1);
        Variance = Uniform(1, row.Columns, 0.5, 2);
        bool areProbabilities = row.Operation is Operation.BinaryCrossEntropy or Operation.KullbackLeibler;
        Targets = Uniform(row.Rows, row.Columns, areProbabilities ? 0 : -4, areProbabilities ? 1 : 4);
        if (row.Operation == Operation.KullbackLeibler)
        {
            MakeDistributions();
        }
    }

    /// <summary>x, of [−4, 4); for the divergence the logarithms of a distribution; for an optimizer the parameters.</summary>
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

    private int[] RandomIndices(int count, int limit) => [.. Enumerable.Range(0, count).Select(_ => (int)(random.NextDouble() * limit))];

    private TensorBuffer<T> Uniform(int rows, int columns, double from, double to)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        foreach (ref T element in buffer.Span)
        {
            element = T.CreateTruncating(from + ((to - from) * random.NextDouble()));
        }

        return buffer;
    }

    /// <summary>Makes each row of the targets a distribution, and each row of the input the logarithms of one.</summary>
    private void MakeDistributions()
    {
        for (int row = 0; row < Input.Rows; row++)
        {
            Span<T> x = Input.View.Row(row);
            Span<T> t = Targets.View.Row(row);
            (double exponentials, double sum) = (0, 0);
            for (int j = 0; j < x.Length; j++)
            {
                exponentials += Math.Exp(double.CreateTruncating(x[j]));
                sum += double.CreateTruncating(t[j]);
            }

            for (int j = 0; j < x.Length; j++)
            {
                x[j] = T.CreateTruncating(double.CreateTruncating(x[j]) - Math.Log(exponentials));
                t[j] = T.CreateTruncating(double.CreateTruncating(t[j]) / sum);
            }
        }
    }
}
