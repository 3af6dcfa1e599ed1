namespace VecNet;

/// <summary>One tensor of a safetensors file: its bytes as they are stored in the file, little-endian and row-major.</summary>
/// <param name="Name">The name, which is unique in its file.</param>
/// <param name="Type">The element type as the format spells it, e.g. <c>F32</c>.</param>
/// <param name="Shape">The length of each dimension; none for a scalar.</param>
/// <param name="Data">The elements' bytes.</param>
public sealed record SafetensorsTensor(string Name, string Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data);
