using System.Numerics;
using System.Text.Json;

namespace VecNet;

/// <summary>One layer as JSON: its name, its numbers, and the layers inside it.</summary>
internal static class LayerDescription
{
    /// <summary>How deep layers may lie in layers: a file could ask for more than the stack can hold.</summary>
    internal const int MaxDepth = 64;

    /// <summary>A small file can name more layers than anybody wants to allocate.</summary>
    internal const int MaxLayers = 10_000;

    internal static void WriteAll<T>(Utf8JsonWriter json, string key, IEnumerable<ILayer<T>> layers, int depth = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (depth > MaxDepth)
        {
            throw new NotSupportedException($"A model file cannot describe layers that lie more than {MaxDepth} deep in others.");
        }

        json.WriteStartArray(key);
        foreach (ILayer<T> layer in layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            Write(json, layer, depth);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The layers of a list, those inside them included in the count.</summary>
    /// <exception cref="InvalidDataException">There are too many, or one is not known.</exception>
    internal static ILayer<T>[] ReadAll<T>(JsonElement layers, ref int count, int depth = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException($"the model has layers that lie more than {MaxDepth} deep in others.");
        }

        count += layers.GetArrayLength();
        if (count > MaxLayers)
        {
            throw new InvalidDataException($"the model has {count} layers; at most {MaxLayers} are read.");
        }

        List<ILayer<T>> read = [];
        foreach (JsonElement layer in layers.EnumerateArray())
        {
            read.Add(Read<T>(layer, ref count, depth));
        }

        return [.. read];
    }

    /// <summary>Throws where the layers ask for more numbers than the file holds: nothing has been allocated for them yet.</summary>
    /// <exception cref="InvalidDataException">They do, or they are wider than a matrix can be.</exception>
    internal static void CheckSize<T>(int inputs, ILayer<T>[] layers, long fileElements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NetworkPlan<T> plan = NetworkPlan<T>.Of(inputs, layers);
        long needed = 0;
        foreach (NetworkNode<T> node in plan.Nodes)
        {
            needed += node.Parameters.Sum(slot => (long)slot.Length) + node.State.Sum(slot => (long)slot.Length);
        }

        if (needed > fileElements)
        {
            throw new InvalidDataException($"the described network has {needed} parameters; the file holds {fileElements} elements.");
        }
    }

    private static void Write<T>(Utf8JsonWriter json, ILayer<T> layer, int depth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (layer)
        {
            case FullyConnectedLayer<T> connected:
                json.WriteNumber("outputs", connected.OutputFeatures);
                break;
            case Dropout<T> dropout:
                json.WriteNumber("probability", dropout.Probability);
                break;
            case LeakyReLU<T> leaky:
                json.WriteNumber("slope", leaky.Slope);
                break;
            case Elu<T> elu:
                json.WriteNumber("alpha", elu.Alpha);
                break;
            case Softplus<T> softplus:
                json.WriteNumber("beta", softplus.Beta);
                break;
            case LayerNorm<T> norm:
                json.WriteNumber("epsilon", norm.Epsilon);
                json.WriteBoolean("affine", norm.IsAffine);
                break;
            case BatchNorm<T> norm:
                json.WriteNumber("momentum", norm.Momentum);
                json.WriteNumber("epsilon", norm.Epsilon);
                break;
            case Embedding<T> embedding:
                json.WriteNumber("entries", embedding.Entries);
                json.WriteNumber("dimension", embedding.Dimension);
                if (embedding.PaddingIndex is { } padding)
                {
                    json.WriteNumber("padding", padding);
                }

                if (embedding.HasSparseGradient)
                {
                    json.WriteBoolean("sparse", true);
                }

                break;
            case Residual<T> residual:
                WriteAll(json, "layers", residual.Layers, depth + 1);
                break;
            case Sequential<T> sequential:
                WriteAll(json, "layers", sequential.Layers, depth + 1);
                break;
            case Parallel<T> parallel:
                WriteAll(json, "branches", parallel.Branches, depth + 1);
                break;
            case ReLU<T> or Sigmoid<T> or Tanh<T> or SiLU<T> or Gelu<T> or GeluTanh<T> or Softmax<T> or LogSoftmax<T>:
                break;
            default:
                throw new NotSupportedException(
                    $"A model file cannot describe the layer '{layer.Name}' ({layer.GetType().Name}): only VecNet's own layers can be made again from a file. SaveParameters and LoadParameters know every layer.");
        }
    }

    private static ILayer<T> Read<T>(JsonElement layer, ref int count, int depth)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => layer.GetProperty("name").GetString() switch
        {
            "fully_connected" => new FullyConnectedLayer<T>(layer.GetProperty("outputs").GetInt32()),
            "dropout" => new Dropout<T>(Number(layer, "probability")),
            "relu" => new ReLU<T>(),
            "leaky_relu" => new LeakyReLU<T>(Number(layer, "slope")),
            "elu" => new Elu<T>(Number(layer, "alpha")),
            "sigmoid" => new Sigmoid<T>(),
            "tanh" => new Tanh<T>(),
            "silu" => new SiLU<T>(),
            "softplus" => new Softplus<T>(Number(layer, "beta")),
            "gelu" => new Gelu<T>(),
            "gelu_tanh" => new GeluTanh<T>(),
            "softmax" => new Softmax<T>(),
            "log_softmax" => new LogSoftmax<T>(),
            "layer_norm" => new LayerNorm<T>(Number(layer, "epsilon"), layer.GetProperty("affine").GetBoolean()),
            "batch_norm" => new BatchNorm<T>(Number(layer, "momentum"), Number(layer, "epsilon")),
            "embedding" => new Embedding<T>(
                layer.GetProperty("entries").GetInt32(),
                layer.GetProperty("dimension").GetInt32(),
                layer.TryGetProperty("padding", out JsonElement padding) ? padding.GetInt32() : null,
                layer.TryGetProperty("sparse", out JsonElement sparse) && sparse.GetBoolean()),
            "residual" => new Residual<T>(ReadAll<T>(layer.GetProperty("layers"), ref count, depth + 1)),
            "sequential" => new Sequential<T>(ReadAll<T>(layer.GetProperty("layers"), ref count, depth + 1)),
            "parallel" => new Parallel<T>(ReadAll<T>(layer.GetProperty("branches"), ref count, depth + 1)),
            string name => throw new InvalidDataException($"the model has a layer '{name}' that this program does not know."),
            null => throw new InvalidDataException("a layer of the model has no name."),
        };

    private static double Number(JsonElement layer, string key) => layer.GetProperty(key).GetDouble();
}
