using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>A file is written as a whole or not at all, and nothing that is not an ordinary file is replaced by one.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vecnet-atomic-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_symbolic_link_stays_one_and_its_target_is_replaced()
    {
        string target = Path.Combine(folder, "target");
        string link = Path.Combine(folder, "link");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);

        AtomicFile.Write(link, stream => stream.WriteByte((byte)'n'));

        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Equal("n", File.ReadAllText(target));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void A_device_is_written_to()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "There is no /dev/null.");
        string link = Path.Combine(folder, "link");
        File.CreateSymbolicLink(link, "/dev/null");
        AtomicFile.Write("/dev/null", stream => stream.WriteByte(1));
        AtomicFile.Write(link, stream => stream.WriteByte(1));
        Assert.Empty(File.ReadAllBytes("/dev/null"));
        Assert.Equal("/dev/null", new FileInfo(link).LinkTarget);
    }

    /// <summary>Files in memory lie in a folder of devices, and are none.</summary>
    [Fact]
    public void A_file_in_memory_is_replaced()
    {
        const string Memory = "/dev/shm";
        Assert.SkipUnless(Directory.Exists(Memory), $"There is no {Memory}.");
        string path = Path.Combine(Memory, Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, "old");
            Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
            {
                stream.WriteByte(1);
                throw new InvalidOperationException();
            }));
            Assert.Equal("old", File.ReadAllText(path));
            AtomicFile.Write(path, stream => stream.WriteByte((byte)'n'));
            Assert.Equal("n", File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_pipe_is_written_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        string pipe = Path.Combine(folder, "pipe");
        using (Process make = Process.Start("mkfifo", pipe))
        {
            make.WaitForExit();
        }

        Task<string> read = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        AtomicFile.Write(pipe, stream => stream.WriteByte((byte)'x'));

        Assert.Equal("x", await read);
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void What_cannot_be_written_is_named_without_the_temporary_file()
    {
        string path = Path.Combine(folder, "none", "model");
        IOException exception = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => { }));
        Assert.Equal($"{path}: cannot be written: there is no such directory.", exception.Message);

        exception = Assert.Throws<IOException>(() => AtomicFile.Write(folder, _ => { }));
        Assert.Equal($"{folder}: cannot be written: it is a directory.", exception.Message);
        Assert.Throws<ArgumentException>(() => AtomicFile.Write("", _ => { }));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_alone()
    {
        string path = Path.Combine(folder, "model");
        File.WriteAllText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder));
    }
}
