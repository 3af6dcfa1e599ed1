using System.Numerics;

namespace VecNet;

/// <summary>A network's parameters and state as tensors with PyTorch's names and orientation.</summary>
/// <remarks>
/// Layer i's parameter p is <c>i.p</c>, as in torch.nn.Sequential. A fully connected layer's weight is inputs × outputs here and
/// outputs × inputs there: it is transposed on the way out and on the way in. The rows of a convolution's weight are inputs × taps, so that
/// its transpose is outputs × inputs × taps. A matrix of one row is a vector there, except for an
/// embedding's table. The counter of PyTorch's BatchNorm, <c>i.num_batches_tracked</c>, is not used here and is skipped in files.
/// </remarks>
internal static class ParameterTensors
{
    /// <summary>Gets every parameter and state of the network.</summary>
    internal static List<SafetensorsTensor> Write<T>(NeuralNetwork<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<SafetensorsTensor> tensors = [];
        foreach ((string name, Slot slot, bool transposed, bool isState) in Entries(network))
        {
            int size = TensorBytes.SizeOf<T>();
            ReadOnlyTensorView<T> matrix = View(network, slot, isState);
            byte[] bytes = new byte[slot.Length * size];
            for (int i = 0; i < slot.Length; i++)
            {
                T value = transposed ? matrix[i % slot.Rows, i / slot.Rows] : matrix[i / slot.Columns, i % slot.Columns];
                TensorBytes.Write(bytes.AsSpan(i * size), value);
            }

            tensors.Add(new(name, TensorBytes.TypeOf<T>(), Shape(slot, transposed), bytes));
        }

        return tensors;
    }

    /// <summary>Sets every parameter and state of the network; nothing is changed if one is missing or does not fit.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, unexpected, or of another shape or type.</exception>
    internal static void Read<T>(NeuralNetwork<T> network, SafetensorsFile file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, SafetensorsTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        List<(SafetensorsTensor Tensor, Slot Slot, bool Transposed, bool IsState)> found = [];
        foreach ((string name, Slot slot, bool transposed, bool isState) in Entries(network))
        {
            if (!tensors.Remove(name, out SafetensorsTensor? tensor))
            {
                throw new InvalidDataException($"the tensor '{name}' is missing.");
            }

            long[] shape = Shape(slot, transposed);
            if (!tensor.Shape.SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"the tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}]; the network has [{string.Join(", ", shape)}].");
            }

            if (tensor.Type is not ("F32" or "F64"))
            {
                throw new InvalidDataException($"the tensor '{name}' has dtype {tensor.Type}; F32 and F64 are read.");
            }

            found.Add((tensor, slot, transposed, isState));
        }

        foreach ((string name, Slot _, bool _, bool isState) in Entries(network))
        {
            if (isState && name.EndsWith(".running_var", StringComparison.Ordinal))
            {
                tensors.Remove(string.Concat(name.AsSpan(0, name.LastIndexOf('.')), ".num_batches_tracked"));
            }
        }

        if (tensors.Count > 0)
        {
            throw new InvalidDataException($"the tensor '{tensors.Keys.First()}' does not belong to any layer of the network.");
        }

        foreach ((SafetensorsTensor tensor, Slot slot, bool transposed, bool isState) in found)
        {
            TensorView<T> matrix = View(network, slot, isState);
            for (int i = 0; i < slot.Length; i++)
            {
                T value = TensorBytes.Read<T>(tensor, i);
                if (transposed)
                {
                    matrix[i % slot.Rows, i / slot.Rows] = value;
                }
                else
                {
                    matrix[i / slot.Columns, i % slot.Columns] = value;
                }
            }
        }
    }

    private static List<(string Name, Slot Slot, bool Transposed, bool IsState)> Entries<T>(NeuralNetwork<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<(string Name, Slot Slot, bool Transposed, bool IsState)> entries = [];
        foreach (NetworkNode<T> node in network.Nodes)
        {
            foreach (Slot slot in node.OwnParameters)
            {
                entries.Add(($"{node.Path}.{slot.Name}", slot, slot.IsTransposedInFiles, false));
            }

            foreach (Slot slot in node.State)
            {
                entries.Add(($"{node.Path}.{slot.Name}", slot, false, true));
            }
        }

        return entries;
    }

    private static long[] Shape(Slot slot, bool transposed) =>
        slot.Taps > 0 ? [slot.Columns, slot.Rows / slot.Taps, slot.Taps]
        : transposed ? [slot.Columns, slot.Rows] : slot.Rows == 1 && !slot.IsMatrixInFiles ? [slot.Columns] : [slot.Rows, slot.Columns];

    private static TensorView<T> View<T>(NeuralNetwork<T> network, Slot slot, bool isState)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new((isState ? network.State : network.Parameters)[slot.Offset..], slot.Rows, slot.Columns);
}
