using System.Numerics;

namespace VecNet;

/// <summary>Reads model files, and reads and writes files that have only the parameters of a network.</summary>
/// <remarks>
/// <code>
/// Model&lt;float&gt; model = Model.Load&lt;float&gt;("iris.safetensors");
/// </code>
/// </remarks>
public static class Model
{
    /// <summary>The key of the description in the metadata of a file.</summary>
    internal const string MetadataKey = "vecnet";

    /// <summary>Reads a model that <see cref="Model{T}.Save(string)"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is not such a model; the message names the file and the error.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model<T> Load<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => InputFile.Read(path, Load<T>);

    /// <summary>Reads a model from a stream to its end. The stream need not be seekable and is left open.</summary>
    /// <exception cref="InvalidDataException">It is not such a model; the message describes the error.</exception>
    public static Model<T> Load<T>(Stream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Load<T>(SafetensorsFile.Read(stream));

    /// <summary>Reads a model from the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are not such a model; the message describes the error.</exception>
    public static Model<T> Load<T>(ReadOnlyMemory<byte> content)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Load<T>(SafetensorsFile.Read(content));

    /// <summary>Creates the model of a file that has been loaded.</summary>
    /// <exception cref="InvalidDataException">It is not such a model; the message describes the error.</exception>
    public static Model<T> Load<T>(SafetensorsFile file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Metadata.TryGetValue(MetadataKey, out string? description))
        {
            throw new InvalidDataException(
                "the file does not say which layers the model has: build the network and use LoadParameters.");
        }

        Model<T> model = ModelDescription.Read<T>(description, file);
        ParameterTensors.Read(
            model.Network, model.Vectorizer is null ? file : new([.. file.Tensors.Where(tensor => !VocabularyTensors.Contains(tensor))]));
        return model;
    }

    /// <summary>Writes only a network's parameters and state, under PyTorch's names, for networks with custom layers.</summary>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public static void SaveParameters<T>(NeuralNetwork<T> network, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        new SafetensorsFile(ParameterTensors.Write(network)).Write(path);
    }

    /// <summary>Writes a network's parameters and state to a stream, which need not be seekable and is left open.</summary>
    public static void SaveParameters<T>(NeuralNetwork<T> network, Stream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        new SafetensorsFile(ParameterTensors.Write(network)).Write(stream);
    }

    /// <summary>
    /// Sets a network's parameters and state from a file, such as one that PyTorch wrote for a torch.nn.Sequential of the same layers.
    /// </summary>
    /// <exception cref="InvalidDataException">A tensor is missing, unexpected or of another shape; the network is unchanged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void LoadParameters<T>(NeuralNetwork<T> network, string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        InputFile.Read(path, stream =>
        {
            LoadParameters(network, stream);
            return true;
        });
    }

    /// <summary>Sets a network's parameters and state from a stream, which is read to its end and left open.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, unexpected or of another shape; the network is unchanged.</exception>
    public static void LoadParameters<T>(NeuralNetwork<T> network, Stream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ParameterTensors.Read(network, SafetensorsFile.Read(stream));
    }

    /// <summary>Sets a network's parameters and state from the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, unexpected or of another shape; the network is unchanged.</exception>
    public static void LoadParameters<T>(NeuralNetwork<T> network, ReadOnlyMemory<byte> content)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ParameterTensors.Read(network, SafetensorsFile.Read(content));
    }
}
