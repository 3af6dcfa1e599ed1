using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>The tensors of a file by their names, as floats.</summary>
internal sealed class EncoderWeights
{
    private readonly Dictionary<string, EncoderTensor> tensors = new(StringComparer.Ordinal);

    /// <summary>The names.</summary>
    internal IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>Gets the tensors of floating-point numbers of a safetensors file.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    internal static EncoderWeights FromSafetensors(ReadOnlyMemory<byte> content)
    {
        var weights = new EncoderWeights();
        weights.AddSafetensors(content);
        return weights;
    }

    /// <summary>Adds the tensors of a safetensors file.</summary>
    /// <returns>Their names.</returns>
    /// <exception cref="InvalidDataException">It is malformed, or has a tensor that is there already.</exception>
    internal HashSet<string> AddSafetensors(ReadOnlyMemory<byte> content)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (SafetensorsTensor tensor in SafetensorsFile.Read(content).Tensors)
        {
            ReadOnlyMemory<byte>? floats = tensor.Type switch
            {
                "F32" => tensor.Data,
                "F16" => WeightNumbers.WidenHalves(tensor.Data.Span),
                "BF16" => WeightNumbers.WidenBFloat16(tensor.Data.Span),
                _ => (ReadOnlyMemory<byte>?)null,
            };
            var read = new EncoderTensor(
                tensor.Name, tensor.Shape, floats ?? default, unread: floats is null ? $"dtype {tensor.Type}; F32, F16 and BF16" : null);
            if (!tensors.TryAdd(tensor.Name, read))
            {
                throw new InvalidDataException($"the tensor '{tensor.Name}' is in another file, too.");
            }

            names.Add(tensor.Name);
        }

        return names;
    }

    /// <summary>Adds a tensor.</summary>
    internal void Add(EncoderTensor tensor) => tensors[tensor.Name] = tensor;

    /// <summary>Whether there is a tensor.</summary>
    internal bool Contains(string name) => tensors.ContainsKey(name);

    /// <summary>Gets a tensor and checks it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="shape">The shape, as in a file of PyTorch.</param>
    /// <exception cref="InvalidDataException">It is missing, its shape or type is another one, or it has a number that is not finite.
    /// </exception>
    internal EncoderTensor Get(string name, params ReadOnlySpan<int> shape)
    {
        CheckShape(name, shape);
        EncoderTensor tensor = Find(name);
        if (!TensorPrimitives.IsFiniteAll(tensor.Values))
        {
            int at = 0;
            for (; float.IsFinite(tensor.Values[at]); at++)
            {
            }

            throw new InvalidDataException($"element {at} of the tensor '{name}' is {tensor.Values[at]}, which is not finite.");
        }

        return tensor;
    }

    /// <summary>Checks that there is a tensor of a shape.</summary>
    /// <exception cref="InvalidDataException">It is missing, or its shape or type is another one.</exception>
    internal void CheckShape(string name, params ReadOnlySpan<int> shape)
    {
        EncoderTensor tensor = Find(name);
        bool fits = tensor.Shape.Count == shape.Length;
        for (int i = 0; fits && i < shape.Length; i++)
        {
            fits = tensor.Shape[i] == shape[tensor.IsTransposed ? shape.Length - 1 - i : i];
        }

        if (!fits)
        {
            throw new InvalidDataException(
                $"the tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}]; the configuration asks for "
                + $"[{string.Join(", ", shape.ToArray())}]{(tensor.IsTransposed ? ", transposed" : "")}.");
        }
    }

    /// <summary>Gets a tensor of any lengths.</summary>
    /// <exception cref="InvalidDataException">It is missing, its type is another one, or it has another number of dimensions.</exception>
    internal EncoderTensor Find(string name, int dimensions)
    {
        EncoderTensor tensor = Find(name);
        return tensor.Shape.Count == dimensions
            ? tensor
            : throw new InvalidDataException($"the tensor '{name}' has {tensor.Shape.Count} dimensions, and not {dimensions}.");
    }

    /// <summary>Gets a tensor of any shape.</summary>
    /// <exception cref="InvalidDataException">It is missing, or its type is another one.</exception>
    internal EncoderTensor Find(string name)
    {
        if (!tensors.TryGetValue(name, out EncoderTensor? tensor))
        {
            throw new InvalidDataException($"the tensor '{name}' is missing.");
        }

        return tensor.Unread is null
            ? tensor
            : throw new InvalidDataException($"the tensor '{name}' has {tensor.Unread} are read.");
    }
}
