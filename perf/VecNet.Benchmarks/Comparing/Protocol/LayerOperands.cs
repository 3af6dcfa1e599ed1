namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>The operands of a row, the same in every process: numbers from one seed.</summary>
internal sealed class LayerOperands
{
    private readonly SplitMix64 random = new(1);

    internal LayerOperands(LayerRow row)
    {
        Input = Uniform(row.Rows, row.Columns, -4, 4);
        if (row.IsEmbedding)
        {
            Indices = [.. Enumerable.Range(0, row.Rows * row.Columns).Select(_ => (int)(random.NextDouble() * LayerRow.Entries))];
            Table = Uniform(LayerRow.Entries, LayerRow.Dimension, -1, 1);
            GradOutput = Uniform(row.Rows, row.Columns * LayerRow.Dimension, -1, 1);
            return;
        }

        GradOutput = Uniform(row.Rows, row.Columns, -1, 1);
        Gamma = Uniform(1, row.Columns, 0.5, 2);
        Beta = Uniform(1, row.Columns, -1, 1);
        Variance = Uniform(1, row.Columns, 0.5, 2);
        bool isBetween = row.Kind is LayerKind.BinaryCrossEntropy or LayerKind.KullbackLeibler;
        Targets = Uniform(row.Rows, row.Columns, isBetween ? 0 : -4, isBetween ? 1 : 4);
        if (row.Kind == LayerKind.KullbackLeibler)
        {
            MakeDistributions();
        }
    }

    /// <summary>x, uniform numbers of [−4, 4); for the divergence the logarithms of a distribution; for an optimiser the parameters.</summary>
    internal TensorBuffer<float> Input { get; }

    /// <summary>∂L/∂y, uniform numbers of [−1, 1); for an optimiser the gradients.</summary>
    internal TensorBuffer<float> GradOutput { get; }

    /// <summary>What a loss compares with.</summary>
    internal TensorBuffer<float> Targets { get; } = new(0, 0);

    /// <summary>The scale of a normalisation.</summary>
    internal TensorBuffer<float> Gamma { get; } = new(0, 0);

    /// <summary>The shift of a normalisation, and its running mean.</summary>
    internal TensorBuffer<float> Beta { get; } = new(0, 0);

    /// <summary>The running variance.</summary>
    internal TensorBuffer<float> Variance { get; } = new(0, 0);

    /// <summary>Of an embedding.</summary>
    internal TensorBuffer<float> Table { get; } = new(0, 0);

    /// <summary>What is looked up, row by row.</summary>
    internal int[] Indices { get; } = [];

    private TensorBuffer<float> Uniform(int rows, int columns, double from, double to)
    {
        var buffer = new TensorBuffer<float>(rows, columns);
        foreach (ref float element in buffer.Span)
        {
            element = (float)(from + ((to - from) * random.NextDouble()));
        }

        return buffer;
    }

    private void MakeDistributions()
    {
        for (int row = 0; row < Input.Rows; row++)
        {
            Span<float> x = Input.View.Row(row);
            Span<float> t = Targets.View.Row(row);
            (double powers, double sum) = (0, 0);
            for (int j = 0; j < x.Length; j++)
            {
                powers += Math.Exp(x[j]);
                sum += t[j];
            }

            for (int j = 0; j < x.Length; j++)
            {
                x[j] = (float)(x[j] - Math.Log(powers));
                t[j] = (float)(t[j] / sum);
            }
        }
    }
}
