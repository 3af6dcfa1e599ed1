using System.IO.Compression;
using System.Text;

namespace VecNet.Cli.Generation;

/// <summary>The built-in text: pages and sources of VecNet; README.md describes it.</summary>
internal static class EmbeddedText
{
    /// <summary>The name of the text in messages.</summary>
    internal const string Name = "VecNet's own pages and sources, which are built in";

    /// <summary>Decompresses the text.</summary>
    internal static string Read()
    {
        using Stream resource = typeof(EmbeddedText).Assembly.GetManifestResourceStream("text.br")!;
        using var reader = new StreamReader(new BrotliStream(resource, CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
