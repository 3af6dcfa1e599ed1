using System.Numerics;

namespace VecNet.Formats;

/// <summary>Layers as operators of ONNX.</summary>
/// <remarks>
/// Layers without an operator in this set, such as layer normalization, are written as the operators of their formulas. So are those that
/// ONNX Runtime has in single precision only, or with less accuracy than the library: see <see cref="OnnxActivations{T}"/>. A file has the
/// same nodes in both precisions.
/// </remarks>
internal sealed class OnnxLayers<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The sum of squares of numbers above 2⁵⁰⁰ may overflow in double precision, and the squares of numbers below 2⁻⁵⁰⁰ lose
    /// digits.
    /// </summary>
    private const int SquaresEnd = 500;

    /// <summary>The factor 2⁻⁵²⁴ scales the largest double, 2¹⁰²⁴, to that limit.</summary>
    private const int ScalePower = 524;

    /// <summary>The limit 2⁻⁹⁰⁰ of ε, above which the squares of numbers below 2⁻⁵⁰⁰ are negligible.</summary>
    private const double VanishingEpsilon = 1.1830521861667747e-271;

    private readonly OnnxActivations<T> activations = new(graph);

    /// <summary>Writes a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="at">The parameters and the state of the layer.</param>
    /// <param name="x">The name of the input.</param>
    /// <returns>The name of the output.</returns>
    /// <exception cref="NotSupportedException">The layer has no equivalent in ONNX.</exception>
    internal string Write(ILayer<T> layer, NodeTensors<T> at, string x)
    {
        switch (layer)
        {
            case FullyConnectedLayer<T>:
                string weight = graph.Matrix(at.GetName("weight"), at.Parameter("weight"));
                return graph.Node("Gemm", x, weight, graph.Vector(at.GetName("bias"), at.Parameter("bias")));
            case VocabularyProjection<T> projection:
                string vectors = graph.Matrix(at.GetName("weight"), at.Parameter("weight"));
                string[] operands = projection.HasBias
                    ? [x, vectors, graph.Vector(at.GetName("bias"), at.Parameter("bias"))]
                    : [x, vectors];
                return graph.Node("Gemm", operands, new OnnxAttribute("transB", 1));
            case ActivationLayer<T> activation: return activations.Write(activation, x);
            case Dropout<T>: return x;
            case LayerNorm<T> norm:
                string normalized = Normalize(x, norm.Epsilon, isCentered: true);
                return norm.IsAffine ? ScaleAndShift(normalized, at) : normalized;
            case RmsNorm<T> norm:
                string scaled = Normalize(x, norm.Epsilon, isCentered: false);
                return norm.IsAffine ? Scale(scaled, at) : scaled;
            case BatchNorm<T> norm: return BatchNorm(x, norm, at);
            case RecurrentDirection<T> direction: return new OnnxRecurrence<T>(graph).Write(direction, at, x);
            case Conv1d<T> convolution: return new OnnxConvolution<T>(graph).Write(convolution, at, x);
            case PositionalEmbedding<T>:
                string positions = graph.Matrix(at.GetName("weight"), at.Parameter("weight"));
                string[] rows = [positions, graph.WholeNumbers("first row", 0), RowCount(x), graph.WholeNumbers("axis of rows", 0)];
                return graph.Node("Add", x, graph.Node("Slice", rows));
            case SinusoidalEncoding<T> encoding: return new OnnxAttention<T>(graph).Encode(encoding.InputScale, at.OutputFeatures, x);
            case GatedUnits<T> units: return Gated(x, units.Gate, at.OutputFeatures);
            case Pool1d<T> windows: return new OnnxPooling<T>(graph).Write(windows, x, RowCount(x));
            case EmbeddingBag<T> bag: return new OnnxPooling<T>(graph).Write(bag, at, Indices(x, bag.Entries));
            case SequencePooling<T> pooling: return Pool(x, pooling.Mode);
            case RotaryPart<T> rotary: return new OnnxAttention<T>(graph).Rotate(rotary.Rotary, at.OutputFeatures, x);
            case AttentionHeads<T> heads: return new OnnxAttention<T>(graph).Write(heads, at.OutputFeatures, x);
            case Embedding<T> embedding:
                // The output of Gather is batch × positions × dimension; Flatten concatenates the positions.
                string table = graph.Matrix(at.GetName("weight"), at.Parameter("weight"));
                x = embedding.Column is { } column
                    ? graph.Node("Gather", [x, graph.WholeNumbers($"column {column}", column)], new OnnxAttribute("axis", 1))
                    : x;
                return graph.Node("Flatten", [graph.Node("Gather", table, Indices(x, embedding.Entries))], new OnnxAttribute("axis", 1));
            default: throw Unknown(layer);
        }
    }

    /// <summary>
    /// Integers in [0, entries). Other values become an index that Gather refuses: it would accept a truncated or negative index.
    /// </summary>
    private string Indices(string x, int entries)
    {
        string index = graph.ToDouble(x);
        string isNegative = graph.Node("Less", index, graph.Number<double>(0));
        string isBelowEnd = graph.Node("Less", index, graph.Number<double>(entries));
        string isInRange = graph.Node("And", graph.Node("Not", isNegative), isBelowEnd);
        string isIndex = graph.Node("And", isInRange, graph.Node("Equal", graph.Node("Floor", index), index));
        return graph.ToWholeNumbers(graph.Node("Where", isIndex, index, graph.Number<double>(entries)));
    }

    /// <summary>
    /// Normalization of rows by their deviation or root mean square, in double precision. Rows at the ends of the range are scaled by a
    /// power of two, so that no square overflows or vanishes. The mean is that of the differences from the first element of the row, which
    /// are 0 if all elements are equal.
    /// </summary>
    private string Normalize(string x, double epsilonOfLayer, bool isCentered)
    {
        string wide = graph.ToDouble(x);
        string magnitude = graph.Node("Abs", wide);
        string largest = graph.Node("ReduceMax", [magnitude], new OnnxAttribute("axes", [1]), new OnnxAttribute("keepdims", 1));
        string scale = graph.Number<double>(1);
        string epsilon = graph.Number<double>(epsilonOfLayer);
        ScaleRows("Less", -1);
        if (epsilonOfLayer < VanishingEpsilon)
        {
            ScaleRows("Greater", 1);
        }

        string difference = graph.Node("Mul", wide, scale);
        if (isCentered)
        {
            string first = graph.Node("Gather", [difference, graph.WholeNumbers("first", 0)], new OnnxAttribute("axis", 1));
            string fromFirst = graph.Node("Sub", difference, first);
            difference = graph.Node("Sub", fromFirst, Mean(fromFirst));
        }

        string variance = Mean(graph.Node("Mul", difference, difference));
        string deviation = graph.Node("Sqrt", graph.Node("Add", variance, epsilon));
        return graph.ToElement(graph.Node("Div", difference, deviation));

        // ε is scaled with the squares, but stays positive, since it prevents a division by zero.
        void ScaleRows(string beyond, int sign)
        {
            string isBeyond = graph.Node(beyond, graph.Number<double>(double.Exp2(-sign * SquaresEnd)), largest);
            double scaledEpsilon = Math.ScaleB(epsilonOfLayer, 2 * sign * ScalePower);
            scaledEpsilon = epsilonOfLayer > 0 ? Math.Max(scaledEpsilon, double.Epsilon) : 0;
            scale = graph.Node("Where", isBeyond, graph.Number<double>(double.Exp2(sign * ScalePower)), scale);
            epsilon = graph.Node("Where", isBeyond, graph.Number<double>(scaledEpsilon), epsilon);
        }
    }

    /// <summary>One half of the features, multiplied by a function of the other.</summary>
    private string Gated(string x, GateFunction gate, int features)
    {
        string a = Half(0, features), b = Half(features, 2 * features);
        return graph.Node("Mul", a, GatedLinearUnit.GetLayer<T>(gate) is { } function ? activations.Write(function, b) : b);

        string Half(int start, int end) => graph.Node(
            "Slice", x, graph.WholeNumbers($"column {start}", start), graph.WholeNumbers($"column {end}", end),
            graph.WholeNumbers("axis of columns", 1));
    }

    /// <summary>The number of rows, as a vector.</summary>
    private string RowCount(string x) => graph.Node("Gather", graph.Node("Shape", x), graph.WholeNumbers("axis of rows", 0));

    /// <summary>One row of all rows, which are one sequence.</summary>
    private string Pool(string x, PoolingMode mode)
    {
        OnnxAttribute axes = new("axes", [0]), keepsRow = new("keepdims", 1), axis = new("axis", 0);
        return mode switch
        {
            PoolingMode.Mean => graph.Node("ReduceMean", [x], axes, keepsRow),
            PoolingMode.Sum => graph.Node("ReduceSum", [x, graph.WholeNumbers("axis of rows", 0)], keepsRow),
            PoolingMode.Max => graph.Node("ReduceMax", [x], axes, keepsRow),
            PoolingMode.First => graph.Node("Gather", [x, graph.WholeNumbers("first row", 0)], axis),
            _ => graph.Node("Gather", [x, graph.WholeNumbers("last row", -1)], axis),
        };
    }

    /// <summary>Batch normalization with the running statistics, as in inference.</summary>
    private string BatchNorm(string x, BatchNorm<T> norm, NodeTensors<T> at)
    {
        string difference = graph.Node("Sub", x, graph.Vector(at.GetName("running_mean"), at.State("running_mean")));
        string deviation = graph.Node("Sqrt", Plus(graph.Vector(at.GetName("running_var"), at.State("running_var")), norm.Epsilon));
        return ScaleAndShift(graph.Node("Div", difference, deviation), at);
    }

    private string ScaleAndShift(string x, NodeTensors<T> at) =>
        graph.Node("Add", Scale(x, at), graph.Vector(at.GetName("bias"), at.Parameter("bias")));

    private string Scale(string x, NodeTensors<T> at) =>
        graph.Node("Mul", x, graph.Vector(at.GetName("weight"), at.Parameter("weight")));

    /// <summary>The mean of each row, as a column.</summary>
    private string Mean(string x) => graph.Node("ReduceMean", [x], new OnnxAttribute("axes", [1]), new OnnxAttribute("keepdims", 1));

    private string Plus(string x, double addend) => graph.Node("Add", x, graph.Number(addend));

    /// <summary>Softmax over the features.</summary>
    internal string Softmax(string x) => activations.Softmax(x);

    /// <summary>The exception for a layer that has no equivalent in ONNX.</summary>
    internal static NotSupportedException Unknown(ILayer<T> layer) =>
        new($"The layer '{layer.Name}' ({layer.GetType().Name}) cannot be exported to ONNX.");
}
