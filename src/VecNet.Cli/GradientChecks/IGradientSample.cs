namespace VecNet.Cli;

/// <summary>Shapes and values for one gradient check; different numbers give different values.</summary>
internal interface IGradientSample
{
    /// <summary>The batch.</summary>
    int Rows { get; }

    /// <summary>Features of the input.</summary>
    int Columns { get; }

    /// <summary>Features of the output, where they differ from the input's.</summary>
    int Outputs { get; }

    /// <summary>The seed of all values.</summary>
    ulong Seed { get; }

    /// <summary>The same seed with another batch of other inputs.</summary>
    IGradientSample OfShape(int rows, int columns);

    /// <summary>Numbers of both signs, none of them near a kink, nor near 0, where gradients by weights vanish.</summary>
    TensorBuffer<double> Input(params IReadOnlyList<double> kinks);

    /// <summary>Targets whose differences from the prediction are near no kink.</summary>
    TensorBuffer<double> TargetsOf(TensorBuffer<double> prediction, IReadOnlyList<double> kinks);

    /// <summary>Numbers of both signs, of any shape.</summary>
    TensorBuffer<double> Values(int rows, int columns, int number);

    /// <summary>Numbers of [0.1, 1].</summary>
    TensorBuffer<double> Positive(int rows, int columns, int number);

    /// <summary>Integers in [0, <paramref name="count"/>).</summary>
    TensorBuffer<double> Indices(int rows, int columns, int count, int number);

    /// <summary>A class for each row.</summary>
    int[] Classes(int classes);
}
