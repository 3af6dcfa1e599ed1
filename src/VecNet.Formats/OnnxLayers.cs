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

    private string LayerNorm(string x, LayerNorm<T> norm, NodeTensors<T> at)
    {
        string difference = graph.Node("Sub", x, Mean(x));
        string deviation = graph.Node("Sqrt", Plus(Mean(graph.Node("Mul", difference, difference)), norm.Epsilon));
        string y = graph.Node("Div", difference, deviation);
        return norm.IsAffine ? ScaleAndShift(y, at) : y;
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
