using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>The elementwise functions and row functions that are compared.</summary>
internal static class ElementwiseRows
{
    internal const string Forward = "forward";
    internal const string Relu = "relu";
    internal const string Backward = "backward";
    internal const string Double = "double";
    internal const string Rows = "rows";

    private static readonly int[] Lengths = [1_000, 100_000];

    private static readonly (int Rows, int Columns)[] Shapes = [(128, 10), (128, 1000), (32, 32000)];

    internal static IReadOnlyList<RowGroup> Groups() =>
    [
        new(Forward, "Elementwise, forward", OfLengths(
            Precision.Float32,
            ElementwiseOperation.Exp, ElementwiseOperation.Sigmoid, ElementwiseOperation.Tanh, ElementwiseOperation.GELU, ElementwiseOperation.GELUTanh)),
        new(Relu, "ReLU", OfLengths(Precision.Float32, ElementwiseOperation.ReLU, ElementwiseOperation.ReLUInPlace)),
        new(Backward, "Elementwise, backward", OfLengths(
            Precision.Float32,
            ElementwiseOperation.SigmoidBackward, ElementwiseOperation.TanhBackward, ElementwiseOperation.ReLUBackward,
            ElementwiseOperation.GELUBackward, ElementwiseOperation.GELUTanhBackward)),
        new(Double, "Elementwise, forward, in double precision", OfLengths(
            Precision.Float64, ElementwiseOperation.Exp, ElementwiseOperation.Sigmoid, ElementwiseOperation.Tanh)),
        new(Rows, "Rows", [
            .. from operation in (ElementwiseOperation[])[ElementwiseOperation.Softmax, ElementwiseOperation.LogSoftmax, ElementwiseOperation.SoftmaxCrossEntropy]
               from shape in Shapes
               select new ElementwiseRow(operation, shape.Rows, shape.Columns)]),
    ];

    private static IReadOnlyList<ElementwiseRow> OfLengths(Precision precision, params ElementwiseOperation[] operations) =>
    [
        .. from operation in operations
           from length in Lengths
           select new ElementwiseRow(operation, 1, length, precision),
    ];
}
