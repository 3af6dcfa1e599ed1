using System.Text.RegularExpressions;

namespace VecNet.Tests;

/// <summary>
/// Files are opened in few places: for reading once (a pipe has no second time), for writing by <see cref="AtomicFile"/> alone, which keeps
/// mode and owner and leaves nothing half written.
/// </summary>
public sealed partial class FileAccessTests
{
    /// <summary>Where a file may be opened, and why.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["VecNet/Serialization/InputFile.cs"] = "opens what is read",
        ["VecNet/Serialization/AtomicFile.cs"] = "writes to devices",
        ["VecNet/Serialization/StagedFile.cs"] = "writes to files",
        ["VecNet.Extensions.Hosting/ModelFile.cs"] = "opens a model's file, and whoever replaces it is not hindered",
        ["VecNet.Formats/CsvRecords.cs"] = "opens texts that are read",
        ["VecNet.Mpi/ErrorOutput.cs"] = "writes to the error output",
        ["VecNet.Cli/Output/OutputFiles.cs"] = "tries whether a directory can be written to",
        ["VecNet.Cli/Measuring/MachineDescription.cs"] = "asks the system for the processor's name",
    };

    [Fact]
    public void Files_are_opened_in_few_places()
    {
        IEnumerable<string> openers = Repository.Files("src", "*.cs")
            .Where(file => Opening.IsMatch(File.ReadAllText(Path.Combine(Repository.Root, "src", file))));
        Assert.Equal(Places.Keys.Order(StringComparer.Ordinal), openers);
    }

    /// <summary>On Linux, .NET's cryptography aborts the process where OpenSSL is not installed.</summary>
    [Fact]
    public void No_native_cryptography_is_used() => Assert.DoesNotContain(
        Repository.Files("src", "*.cs"),
        file => File.ReadAllText(Path.Combine(Repository.Root, "src", file))
            .Contains("System.Security.Cryptography", StringComparison.Ordinal));

    [Fact]
    public void Every_public_writer_is_named() => Assert.Equal(
        FileWriters.Public.Order(StringComparer.Ordinal),
        FileWriters.All
            .Select(writer => writer.Name)
            .Where(name => name.Contains('.', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    [GeneratedRegex(
        @"\bFile\.(Open|Create|Read|Write|Append)(?!SymbolicLink)|\bFileStream\(|new StreamReader\(path|new StreamWriter\(path|\bZipFile\."
        + @"|FileInfo\([^)]*\)\.(Open|Create|Length|AppendText)|FileStream [a-z]+ = new\(|FileStream Open\([^)]*\) =>")]
    private static partial Regex Opening { get; }
}
