using System.Numerics;

namespace VecNet.Formats;

/// <summary>Layers as operators of ONNX.</summary>
/// <remarks>
/// Operators that the set does not have yet, such as layer normalization, are written out in others by their formulas. So are those that
/// ONNX Runtime has in single precision only, or less exact than the library: see <see cref="OnnxActivations{T}"/>. A file has the same
/// nodes in both precisions.
/// </remarks>
internal sealed class OnnxLayers<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Squares of numbers beyond 2⁵⁰⁰, summed up, may have no room in a double, nor those of numbers below 2⁻⁵⁰⁰ their digits.
    /// </summary>
    private const int SquaresEnd = 500;

    /// <summary>2⁻⁵²⁴ brings the largest double, 2¹⁰²⁴, to that end.</summary>
    private const int ScalePower = 524;

    /// <summary>Beside an ε above it, 2⁻⁹⁰⁰, squares of numbers that small do not count.</summary>
    private const double VanishingEpsilon = 1.1830521861667747e-271;

    private readonly OnnxActivations<T> activations = new(graph);

    /// <summary>Writes a layer that computes.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="at">Its parameters and state.</param>
    /// <param name="x">The name of its input.</param>
    /// <returns>The name of its output.</returns>
    /// <exception cref="NotSupportedException">The layer has no counterpart.</exception>
    internal string Write(ILayer<T> layer, NodeTensors<T> at, string x)
    {
        switch (layer)
        {
            case FullyConnectedLayer<T>:
                return graph.Node("Gemm", x, graph.Matrix(at.NameOf("weight"), at.Parameter("weight")), graph.Vector(at.NameOf("bias"), at.Parameter("bias")));
            case ActivationLayer<T> activation: return activations.Write(activation, x);
            case Dropout<T>: return x;
            case LayerNorm<T> norm: return LayerNorm(x, norm, at);
            case BatchNorm<T> norm: return BatchNorm(x, norm, at);
            case Embedding<T> embedding:
                // batch × positions × dimension, and then the positions side by side.
                string table = graph.Matrix(at.NameOf("weight"), at.Parameter("weight"));
                return graph.Node("Flatten", [graph.Node("Gather", table, Indices(x, embedding.Entries))], new OnnxAttribute("axis", 1));
            default: throw Unknown(layer);
        }
    }

    /// <summary>
    /// Whole numbers of [0, entries); what is none becomes one that Gather refuses: cut to a whole number, or negative, it would answer.
    /// </summary>
    private string Indices(string x, int entries)
    {
        string index = graph.ToDouble(x);
        string isNegative = graph.Node("Less", index, graph.Number<double>(0));
        string isBelowEnd = graph.Node("Less", index, graph.Number<double>(entries));
        string isIndex = graph.Node("And", graph.Node("And", graph.Node("Not", isNegative), isBelowEnd), graph.Node("Equal", graph.Node("Floor", index), index));
        return graph.ToWholeNumbers(graph.Node("Where", isIndex, index, graph.Number<double>(entries)));
    }

    /// <summary>
    /// In double precision, with rows at the ends of its range scaled by a power of two, so that no square overflows or vanishes. The mean
    /// is that of the differences from the row's first element, which are 0 where all are equal.
    /// </summary>
    private string LayerNorm(string x, LayerNorm<T> norm, NodeTensors<T> at)
    {
        string wide = graph.ToDouble(x);
        string magnitude = graph.Node("Abs", wide);
        string largest = graph.Node("ReduceMax", [magnitude], new OnnxAttribute("axes", [1]), new OnnxAttribute("keepdims", 1));
        string scale = graph.Number<double>(1);
        string epsilon = graph.Number<double>(norm.Epsilon);
        Scale("Less", -1);
        if (norm.Epsilon < VanishingEpsilon)
        {
            Scale("Greater", 1);
        }

        string scaled = graph.Node("Mul", wide, scale);
        string first = graph.Node("Gather", [scaled, graph.WholeNumbers("first", 0)], new OnnxAttribute("axis", 1));
        string fromFirst = graph.Node("Sub", scaled, first);
        string difference = graph.Node("Sub", fromFirst, Mean(fromFirst));
        string variance = Mean(graph.Node("Mul", difference, difference));
        string deviation = graph.Node("Sqrt", graph.Node("Add", variance, epsilon));
        string y = graph.ToElement(graph.Node("Div", difference, deviation));
        return norm.IsAffine ? ScaleAndShift(y, at) : y;

        // ε is scaled with the squares; one that is above 0 stays so, since it is there against division by nothing.
        void Scale(string beyond, int sign)
        {
            string isBeyond = graph.Node(beyond, graph.Number<double>(double.Exp2(-sign * SquaresEnd)), largest);
            double scaledEpsilon = Math.ScaleB(norm.Epsilon, 2 * sign * ScalePower);
            scaledEpsilon = norm.Epsilon > 0 ? Math.Max(scaledEpsilon, double.Epsilon) : 0;
            scale = graph.Node("Where", isBeyond, graph.Number<double>(double.Exp2(sign * ScalePower)), scale);
            epsilon = graph.Node("Where", isBeyond, graph.Number<double>(scaledEpsilon), epsilon);
        }
    }

    /// <summary>By the running statistics, as in inference.</summary>
    private string BatchNorm(string x, BatchNorm<T> norm, NodeTensors<T> at)
    {
        string difference = graph.Node("Sub", x, graph.Vector(at.NameOf("running_mean"), at.State("running_mean")));
        string deviation = graph.Node("Sqrt", Plus(graph.Vector(at.NameOf("running_var"), at.State("running_var")), norm.Epsilon));
        return ScaleAndShift(graph.Node("Div", difference, deviation), at);
    }

    private string ScaleAndShift(string x, NodeTensors<T> at) =>
        graph.Node("Add", graph.Node("Mul", x, graph.Vector(at.NameOf("weight"), at.Parameter("weight"))), graph.Vector(at.NameOf("bias"), at.Parameter("bias")));

    /// <summary>Of each row, as a column.</summary>
    private string Mean(string x) => graph.Node("ReduceMean", [x], new OnnxAttribute("axes", [1]), new OnnxAttribute("keepdims", 1));

    private string Plus(string x, double addend) => graph.Node("Add", x, graph.Number(addend));

    /// <summary>Softmax over the features.</summary>
    internal string Softmax(string x) => activations.Softmax(x);

    /// <summary>A layer has no counterpart in ONNX.</summary>
    internal static NotSupportedException Unknown(ILayer<T> layer) => new($"The layer '{layer.Name}' ({layer.GetType().Name}) cannot be written as ONNX.");
}
