using System.Globalization;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace VecNet.Extensions.Hosting;

/// <summary>A model's file at a moment: its whole content, and by what a change is noticed.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="Stamp">The stamp, which was the same before and after the content was read.</param>
/// <param name="Hash">The XXH128 of the bytes.</param>
internal sealed record ModelFile(byte[] Content, FileStamp Stamp, string Hash)
{
    /// <summary>Reads a file that has changed.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <param name="known">The stamp of which the content is known; null for none.</param>
    /// <returns>The file; null if its stamp is <paramref name="known"/>.</returns>
    /// <exception cref="IOException">The file is missing or locked, or changed while it was read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    internal static ModelFile? Read(string path, FileStamp? known)
    {
        // Whoever replaces the file meanwhile is not hindered; what was opened is read to its end.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        FileStamp stamp = FileStamp.Of(stream.SafeFileHandle);
        if (stamp == known)
        {
            return null;
        }

        if (stamp.Length > Array.MaxLength)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"{path}: the file has {stamp.Length:N0} bytes; at most {Array.MaxLength:N0} are read."));
        }

        byte[] content = new byte[stamp.Length];
        int read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return read == content.Length && FileStamp.Of(stream.SafeFileHandle) == stamp
            ? new(content, stamp, Convert.ToHexStringLower(XxHash128.Hash(content)))
            : throw new IOException($"{path}: the file changed while it was read.");
    }
}

/// <summary>What the file system says of a file's content.</summary>
/// <param name="Written">When it was last written to.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>
    /// The time after which another write has another time: that of file systems has steps, the largest of which has two seconds.
    /// </summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    internal static FileStamp Of(SafeFileHandle file) => new(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));

    /// <summary>Whether a write after a moment would change the stamp.</summary>
    internal bool IsOlderThanStep(DateTimeOffset now) => (now.UtcDateTime - Written).Duration() > Step;
}
