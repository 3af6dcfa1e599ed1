using System.Globalization;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>What is computed element by element or row by row.</summary>
internal enum ElementwiseOperation
{
    Exp,
    Sigmoid,
    Tanh,
    GELU,
    GELUTanh,
    ReLU,
    ReLUInPlace,
    SigmoidBackward,
    TanhBackward,
    ReLUBackward,
    GELUBackward,
    GELUTanhBackward,
    Softmax,
    LogSoftmax,

    /// <summary>Loss and gradient from logits and class indices.</summary>
    SoftmaxCrossEntropy,
}

/// <summary>One row of the comparison of elementwise functions, on one thread.</summary>
/// <param name="Operation">What is computed.</param>
/// <param name="Rows">Of the operand: 1 where rows mean nothing.</param>
/// <param name="Columns">Of the operand.</param>
/// <param name="Precision">The element type.</param>
internal sealed record ElementwiseRow(ElementwiseOperation Operation, int Rows, int Columns, Precision Precision = Precision.Float32)
    : ComparedRow(Precision, 1)
{
    internal int Length => Rows * Columns;

    internal bool IsBackward => Operation is >= ElementwiseOperation.SigmoidBackward and <= ElementwiseOperation.GELUTanhBackward;

    internal bool IsOfRows => Operation >= ElementwiseOperation.Softmax;

    /// <summary>Bytes that a single pass has to move between the processor and the cache that holds the operands.</summary>
    internal double Bytes => (double)Length * (Precision == Precision.Float32 ? 4 : 8) * (IsBackward ? 3 : 2);

    internal override string ShortName => $"{Shown} {(IsOfRows ? $"{Rows}×{Columns}" : Length.ToString("N0", CultureInfo.InvariantCulture))} {NameOf(Precision)}";

    /// <summary>What an exponential costs differs by who computes it.</summary>
    internal override double Operations => 0;

    private string Shown => Operation switch
    {
        ElementwiseOperation.GELUTanh => "gelu (tanh)",
        ElementwiseOperation.ReLU => "relu out of place",
        ElementwiseOperation.ReLUInPlace => "relu in place",
        ElementwiseOperation.SigmoidBackward => "sigmoid backward",
        ElementwiseOperation.TanhBackward => "tanh backward",
        ElementwiseOperation.ReLUBackward => "relu backward",
        ElementwiseOperation.GELUBackward => "gelu backward",
        ElementwiseOperation.GELUTanhBackward => "gelu (tanh) backward",
        ElementwiseOperation.LogSoftmax => "log-softmax",
        ElementwiseOperation.SoftmaxCrossEntropy => "cross-entropy, loss + gradient",
        _ => Operation.ToString().ToLowerInvariant(),
    };

    internal override string ToWords() => string.Create(CultureInfo.InvariantCulture, $"{Operation} {Rows} {Columns} {Precision}");

    /// <summary>Reads what <see cref="ToWords"/> wrote.</summary>
    internal static ElementwiseRow FromWords(string words)
    {
        string[] parts = words.Split(' ');
        return new ElementwiseRow(
            Enum.Parse<ElementwiseOperation>(parts[0]),
            int.Parse(parts[1], CultureInfo.InvariantCulture),
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            Enum.Parse<Precision>(parts[3]));
    }
}
