using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace VecNet.Text;

/// <summary>The bytes of a file that the system reads where and when they are used, and that processes share.</summary>
/// <remarks>
/// The memory is released with the last reference to the object, by the finalizer of the view's handle. (It releases nothing as long as a
/// pointer is acquired; an address that is not counted is safe because the object has the view.) What changes in the file changes in the
/// memory, and a file that becomes shorter takes the memory away: a model is replaced by another file, not by writing into the old one.
/// </remarks>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private readonly int length;

    private MappedFile(MemoryMappedViewAccessor view, int length)
    {
        this.view = view;
        this.length = length;
        start = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset;
    }

    /// <summary>The bytes of a file: mapped, or, of a file without a known length such as a pipe, read.</summary>
    /// <exception cref="InvalidDataException">There are more bytes than a memory can have.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static ReadOnlyMemory<byte> Open(string path)
    {
        using FileStream stream = InputFile.Open(path);
        if (!stream.CanSeek || stream.Length == 0)
        {
            return Read(stream);
        }

        if (stream.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"it has {stream.Length} bytes; at most {Array.MaxLength} are read.");
        }

        int length = (int)stream.Length;
        using var file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new MappedFile(file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length).Memory;
    }

    /// <summary>All bytes of a stream.</summary>
    /// <exception cref="InvalidDataException">There are more bytes than a memory can have.</exception>
    internal static ReadOnlyMemory<byte> Read(Stream stream)
    {
        byte[] bytes = StoredBytes.ReadUpTo(stream, int.CreateSaturating(stream.CanSeek && stream.Length > 0
            ? long.Clamp(stream.Length - stream.Position, 0, Array.MaxLength) : Array.MaxLength), out long found);
        return found < Array.MaxLength
            ? bytes.AsMemory(0, (int)found)
            : throw new InvalidDataException($"it has {Array.MaxLength} bytes or more, which are too many.");
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(start, length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex, default, this);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            view.Dispose();
        }
    }
}
