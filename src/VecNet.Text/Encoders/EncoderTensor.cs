using System.Runtime.InteropServices;

namespace VecNet.Text;

/// <summary>A tensor of a file of weights, in the memory of the file: floats in the order of the machine.</summary>
internal sealed class EncoderTensor(string name, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes, bool isTransposed = false)
{
    /// <summary>The name in messages.</summary>
    internal readonly string Name = name;

    internal readonly IReadOnlyList<long> Shape = shape;

    /// <summary>Whether a matrix is inputs × outputs, as in an ONNX graph, and not outputs × inputs, as in a file of PyTorch.</summary>
    internal readonly bool IsTransposed = isTransposed;

    /// <summary>The elements, row by row.</summary>
    internal ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(bytes.Span);

    /// <summary>The number of inputs of a matrix.</summary>
    internal int Inputs => (int)Shape[IsTransposed ? 0 : 1];

    /// <summary>The number of outputs of a matrix.</summary>
    internal int Outputs => (int)Shape[IsTransposed ? 1 : 0];
}
