using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace VecNet.Tests;

/// <summary>
/// A file that is replaced keeps its mode, its owner and its group, and nobody sees the new content who might not see the old.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class AtomicFileOwnerTests : IDisposable
{
    internal const string Target = "VECNET_ATOMIC_TARGET";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Usual = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ForAll = Usual | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Visible =
        (Usual & ~UnixFileMode.UserWrite) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const uint Nobody = 65534;

    private readonly ScratchDirectory scratch = new();

    public static TheoryData<string> Writers => [.. FileWriters.All.Select(writer => writer.Name)];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(OwnerOnly)]
    [InlineData(Usual)]
    [InlineData(OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [InlineData(Usual | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherWrite)]
    public void The_mode_stays_and_the_temporary_file_is_its_owner_s_alone(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        string path = scratch.Write("file", "old");
        File.SetUnixFileMode(path, mode);
        AtomicFile.Write(path, stream =>
        {
            stream.WriteByte((byte)'n');
            string temporary = Assert.Single(Directory.GetFiles(scratch.Path), file => file != path);
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(temporary));
        });
        Assert.Equal("n", File.ReadAllText(path));
        Assert.Equal(mode, File.GetUnixFileMode(path));
        Assert.Equal(["file"], scratch.Files);
    }

    /// <summary>The umask decides, before and after the renaming.</summary>
    [Fact]
    public void A_new_file_has_the_usual_mode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        UnixFileMode usual = File.GetUnixFileMode(scratch.Write("other", ""));
        AtomicFile.Write(
            scratch["file"],
            stream => Assert.All(Directory.GetFiles(scratch.Path), file => Assert.Equal(usual, File.GetUnixFileMode(file))));
        Assert.Equal(usual, File.GetUnixFileMode(scratch["file"]));
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void Every_writer_keeps_mode_owner_and_links(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        FileWriter writer = FileWriters.All.Single(writer => writer.Name == name);
        string path = scratch.Write("file", "old");
        File.SetUnixFileMode(path, OwnerOnly);
        bool isRoot = ChangeOwner(path, Nobody, Nobody) == 0;
        File.CreateSymbolicLink(scratch["link"], "file");
        writer.Write(scratch["link"]);
        Assert.NotEqual("old", File.ReadAllText(path));
        Assert.Equal("file", new FileInfo(scratch["link"]).LinkTarget);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.True(!isRoot || UnixFile.Get(path) is null or { User: Nobody, Group: Nobody }, $"{UnixFile.Get(path)}");
        Assert.Equal(["file", "link"], scratch.Files);

        // And a device is written to.
        Assert.True(!File.Exists("/dev/full") || Record.Exception(() => writer.Write("/dev/full")) is IOException);
    }

    [Fact]
    public void A_link_to_nothing_leads_to_the_new_file()
    {
        File.CreateSymbolicLink(scratch["link"], "file");
        AtomicFile.Write(scratch["link"], stream => stream.WriteByte((byte)'n'));
        Assert.Equal("n", File.ReadAllText(scratch["file"]));
        Assert.Equal("file", new FileInfo(scratch["link"]).LinkTarget);
    }

    [Fact]
    public void Another_name_of_the_file_keeps_the_old_content()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Links are made by Linux' link.");
        Assert.Equal(0, Link(scratch.Write("file", "old"), scratch["other"]));
        AtomicFile.Write(scratch["file"], stream => stream.WriteByte((byte)'n'));
        Assert.Equal(("n", "old"), (File.ReadAllText(scratch["file"]), File.ReadAllText(scratch["other"])));
    }

    [Fact]
    public void A_name_as_long_as_a_name_may_be_is_written()
    {
        string path = scratch[new string('n', 255)];
        AtomicFile.CheckWritable(path);
        AtomicFile.Write(path, stream => stream.WriteByte((byte)'n'));
        AtomicFile.Write(path, stream => stream.WriteByte((byte)'m'));
        Assert.Equal("m", File.ReadAllText(path));
    }

    /// <summary>A mode says of a file with an access list more than is true: it is overwritten, so that the list stays.</summary>
    [Fact]
    public void An_access_list_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Access lists are set by Linux' setxattr.");
        string path = scratch.Write("file", "old, and longer");

        // Version 2; then tag, permissions and user or group of each entry: owner, user 65534, group, mask, others.
        byte[] list =
        [
            2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 4, 0, 254, 255, 0, 0, 4, 0, 0, 0, 255, 255, 255,
            255, 16, 0, 4, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255,
        ];
        Assert.SkipUnless(SetAttribute(path, "system.posix_acl_access", list, list.Length, 0) == 0, "The file system has no access lists.");
        Assert.True(UnixFile.HasAccessList(path));
        AtomicFile.Write(path, stream => stream.WriteByte((byte)'n'));
        Assert.Equal("n", File.ReadAllText(path));
        Assert.True(UnixFile.HasAccessList(path));
        Assert.Equal(["file"], scratch.Files);
    }

    /// <summary>
    /// As a user who may write the file, but not its directory: on a thread that gives up the rights of root where it has them.
    /// </summary>
    [Fact]
    public void A_file_in_a_directory_that_admits_no_other_is_overwritten()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Rights are given up by Linux' setfsuid.");
        string path = scratch.Write("file", "old, and longer");
        File.SetUnixFileMode(path, ForAll);
        File.SetUnixFileMode(scratch.Path, Visible);
        Exception? thrown = null;
        try
        {
            var thread = new Thread(() =>
            {
                _ = SetFileSystemUser(UnixFile.Get("/proc/self")!.User == 0 ? Nobody : UnixFile.Get("/proc/self")!.User);
                thrown = Record.Exception(() => WriteWhereNothingCanBeCreated(path));
            });
            thread.Start();
            thread.Join();
        }
        finally
        {
            File.SetUnixFileMode(scratch.Path, OwnerOnly | UnixFileMode.UserExecute);
        }

        Assert.Null(thrown);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(ForAll, File.GetUnixFileMode(path));
        Assert.Equal(["file"], scratch.Files);
    }

    private static void WriteWhereNothingCanBeCreated(string path)
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, _ => throw new InvalidOperationException()));
        Assert.StartsWith("old", File.ReadAllText(path), StringComparison.Ordinal);
        AtomicFile.CheckWritable(path, 100);
        AtomicFile.Write(path, stream => stream.Write("new"u8));
        string beside = path + "2";
        Assert.Equal(
            $"{beside}: cannot be written: access is denied.", Assert.Throws<IOException>(() => AtomicFile.CheckWritable(beside)).Message);
        Assert.Equal(
            $"{beside}: cannot be written: access is denied.",
            Assert.Throws<IOException>(() => AtomicFile.Write(beside, _ => { })).Message);
    }

    /// <summary>
    /// Who owns a file that belongs to another may not give its replacement away: what
    /// may be written is overwritten, and a mode that forbids it is obeyed.
    /// </summary>
    [Fact]
    public void A_file_of_another_owner_stays_his()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Rights are given up by Linux' setfsuid.");
        string path = scratch.Write("file", "old, and longer");
        Assert.SkipUnless(ChangeOwner(path, 1, 1) == 0, "Only root gives files away.");
        File.SetUnixFileMode(path, ForAll);
        File.SetUnixFileMode(scratch.Path, Visible | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        Exception? thrown = null, forbidden = null;
        var thread = new Thread(() =>
        {
            _ = SetFileSystemUser(Nobody);
            thrown = Record.Exception(() => AtomicFile.Write(path, stream => stream.Write("new"u8)));
        });
        thread.Start();
        thread.Join();
        Assert.Null(thrown);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal((1u, 1u), (UnixFile.Get(path)!.User, UnixFile.Get(path)!.Group));
        File.SetUnixFileMode(path, Usual);
        thread = new Thread(() =>
        {
            _ = SetFileSystemUser(Nobody);
            forbidden = Record.Exception(() => AtomicFile.Write(path, stream => stream.Write("newer"u8)));
        });
        thread.Start();
        thread.Join();
        Assert.Equal($"{path}: cannot be written: access is denied.", Assert.IsType<IOException>(forbidden).Message);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["file"], scratch.Files);
    }

    [Fact]
    public void What_can_be_written_is_told_beforehand()
    {
        AtomicFile.CheckWritable(scratch["new"], 1 << 20);
        string path = scratch.Write("file", "old");
        AtomicFile.CheckWritable(path, 1 << 20);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["file"], scratch.Files);
        Assert.Equal(
            $"{scratch["no/file"]}: cannot be written: there is no such directory.",
            Assert.Throws<IOException>(() => AtomicFile.CheckWritable(scratch["no/file"])).Message);
        Assert.Equal(
            $"{scratch.Path}: cannot be written: it is a directory.",
            Assert.Throws<IOException>(() => AtomicFile.CheckWritable(scratch.Path)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => AtomicFile.CheckWritable(path, -1));
        Assert.Throws<ArgumentException>(() => AtomicFile.CheckWritable(""));
        if (OperatingSystem.IsLinux())
        {
            // Pipes without a reader would keep who tries them waiting.
            Assert.Equal(0, ToolProcess.MakePipe(scratch["pipe"], 0b110_000_000));
            AtomicFile.CheckWritable(scratch["pipe"]);
            AtomicFile.CheckWritable("/dev/full", long.MaxValue);
            Assert.Contains(
                "cannot be written: ",
                Assert.Throws<IOException>(() => AtomicFile.CheckWritable(path, 1L << 62)).Message,
                StringComparison.Ordinal);
        }

        Assert.DoesNotContain(scratch.Files, file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    /// <summary>Mounted by themselves, as containers have them, files cannot be replaced, and a disk may be full.</summary>
    [Fact]
    public async Task Mount_points_and_full_disks()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mounts are those of Linux.");
        string test = $"{typeof(MountedWrites).FullName}.{nameof(MountedWrites.Writes_where_something_is_mounted)}";
        string script = $"""
            mount -t tmpfs -o size=256k none {scratch.Path} 2>/dev/null || exit 77
            printf 'old, and longer' > {scratch["real"]}; : > {scratch["mounted"]}; chmod 640 {scratch["real"]}
            mount --bind {scratch["real"]} {scratch["mounted"]} || exit 77
            exec dotnet {typeof(AtomicFileOwnerTests).Assembly.Location} -explicit on -method {test} -noColor
            """;
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "unshare", ["--mount", "--map-root-user", "sh", "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Target] = scratch.Path },
        })!;
        string[] output = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(
            process.ExitCode == 77 || output[1].StartsWith("unshare", StringComparison.Ordinal), "Nothing can be mounted here.");
        Assert.True(process.ExitCode == 0, string.Concat(output));
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    /// <summary>Sets the user for file access of this thread only.</summary>
    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(uint user);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string path, string other);

    [LibraryImport("libc", EntryPoint = "setxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetAttribute(string path, string name, byte[] value, nint size, int flags);
}

/// <summary>
/// Only <see cref="AtomicFileOwnerTests"/> starts this, in a process with mounts of its
/// own: a class of its own, which leaves nothing to tidy up.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class MountedWrites
{
    [Fact(Explicit = true)]
    public void Writes_where_something_is_mounted()
    {
        string folder = Environment.GetEnvironmentVariable(AtomicFileOwnerTests.Target)!;
        string mounted = Path.Combine(folder, "mounted");
        AtomicFile.CheckWritable(mounted, 1000);
        AtomicFile.Write(mounted, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(mounted));
        Assert.Equal("new", File.ReadAllText(Path.Combine(folder, "real")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(mounted));

        IOException full = Assert.Throws<IOException>(() => AtomicFile.CheckWritable(mounted, 1 << 20));
        Assert.Equal($"{mounted}: cannot be written: there is not enough space on the disk.", full.Message);
        full = Assert.Throws<IOException>(() => AtomicFile.Write(mounted, stream => stream.Write(new byte[1 << 20])));
        Assert.Equal($"{mounted}: cannot be written: No space left on device.", full.Message);
        Assert.Equal("new", File.ReadAllText(mounted));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }
}
