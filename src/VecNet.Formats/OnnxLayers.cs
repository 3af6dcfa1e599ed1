using System.Numerics;

namespace VecNet.Formats;

/// <summary>Layers as operators of ONNX.</summary>
/// <remarks>
/// Operators that the set does not have yet (layer normalisation, GELU, SiLU) are written out in others by their formulas. So are those that ONNX Runtime
/// has in single precision only (leaky ReLU, ELU, softplus): a file has the same nodes in both precisions.
/// </remarks>
internal sealed class OnnxLayers<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
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
            case ReLU<T>: return graph.Node("Relu", x);
            case Sigmoid<T>: return graph.Node("Sigmoid", x);
            case Tanh<T>: return graph.Node("Tanh", x);
            case Softmax<T>: return Softmax(x);
            case LogSoftmax<T>: return graph.Node("LogSoftmax", [x], new OnnxAttribute("axis", -1));
            case Dropout<T>: return x;
            case SiLU<T>: return graph.Node("Mul", x, graph.Node("Sigmoid", x));
            case LeakyReLU<T> leaky: return LeakyReLU(x, leaky.Slope);
            case Elu<T> elu: return Elu(x, elu.Alpha);
            case Softplus<T> softplus: return Softplus(x, softplus.Beta);
            case Gelu<T>: return Gelu(x, graph.FromSingle(graph.Node("Erf", graph.ToSingle(Times(x, Math.Sqrt(0.5))))));
            case GeluTanh<T>: return Gelu(x, graph.Node("Tanh", Times(graph.Node("Add", x, Times(graph.Node("Mul", x, graph.Node("Mul", x, x)), 0.044715)), Math.Sqrt(2 / Math.PI))));
            case LayerNorm<T> norm: return LayerNorm(x, norm, at);
            case BatchNorm<T> norm: return BatchNorm(x, norm, at);
            case Embedding<T>:
                // batch × positions × dimension, and then the positions side by side.
                return graph.Node("Flatten", [graph.Node("Gather", graph.Matrix(at.NameOf("weight"), at.Parameter("weight")), graph.ToWholeNumbers(x))], new OnnxAttribute("axis", 1));
            default: throw new NotSupportedException($"The layer '{layer.Name}' ({layer.GetType().Name}) cannot be written as ONNX.");
        }
    }

    /// <summary>Softmax over the features.</summary>
    internal string Softmax(string x) => graph.Node("Softmax", [x], new OnnxAttribute("axis", -1));

    /// <summary>max(x, 0) − slope · max(−x, 0).</summary>
    private string LeakyReLU(string x, double slope) =>
        graph.Node("Sub", graph.Node("Relu", x), Times(graph.Node("Relu", graph.Node("Neg", x)), slope));

    /// <summary>max(x, 0) + α · (exp(−max(−x, 0)) − 1): the exponent is never above 0.</summary>
    private string Elu(string x, double alpha)
    {
        string power = graph.Node("Exp", graph.Node("Neg", graph.Node("Relu", graph.Node("Neg", x))));
        return graph.Node("Add", graph.Node("Relu", x), Times(Plus(power, -1), alpha));
    }

    /// <summary>(max(βx, 0) + log(1 + exp(−|βx|)))/β.</summary>
    private string Softplus(string x, double beta)
    {
        string scaled = Times(x, beta);
        string power = graph.Node("Exp", graph.Node("Neg", graph.Node("Abs", scaled)));
        return graph.Node("Div", graph.Node("Add", graph.Node("Relu", scaled), graph.Node("Log", Plus(power, 1))), graph.Number(beta));
    }

    /// <summary>½ x · (1 + z).</summary>
    private string Gelu(string x, string z) => graph.Node("Mul", Times(x, 0.5), Plus(z, 1));

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

    private string Times(string x, double factor) => graph.Node("Mul", x, graph.Number(factor));

    private string Plus(string x, double addend) => graph.Node("Add", x, graph.Number(addend));
}
