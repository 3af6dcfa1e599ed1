using System.Runtime.InteropServices;

namespace VecNet.Text;

/// <summary>A tensor of a file of weights, in the memory of the file.</summary>
/// <remarks>
/// Its floats may begin at any byte: they are read by vectors, or copied, where nothing needs alignment. The files and all machines that
/// .NET runs on have the lowest byte first.
/// </remarks>
internal sealed class EncoderTensor(
    string name, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes, bool isTransposed = false, string? unread = null)
{
    /// <summary>The name in messages.</summary>
    internal readonly string Name = name;

    internal readonly IReadOnlyList<long> Shape = shape;

    /// <summary>Whether a matrix is inputs × outputs, as in an ONNX graph, and not outputs × inputs, as in a file of PyTorch.</summary>
    internal readonly bool IsTransposed = isTransposed;

    /// <summary>What the elements are, if they are not read, and what is read instead.</summary>
    internal readonly string? Unread = unread;

    /// <summary>The bytes of the elements.</summary>
    internal ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>The elements, row by row.</summary>
    internal ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(bytes.Span);

    /// <summary>The number of inputs of a matrix.</summary>
    internal int Inputs => (int)Shape[IsTransposed ? 0 : 1];

    /// <summary>The number of outputs of a matrix.</summary>
    internal int Outputs => (int)Shape[IsTransposed ? 1 : 0];

    /// <summary>The matrix of an ONNX graph, inputs × outputs, by another name.</summary>
    internal EncoderTensor Named(string newName) => new(newName, Shape, bytes, isTransposed: true, Unread);
}
