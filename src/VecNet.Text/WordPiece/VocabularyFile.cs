using System.Text.Unicode;

namespace VecNet.Text;

/// <summary>Reads the vocabulary of a <see cref="WordPieceTokenizer"/> from files or from a list.</summary>
internal static class VocabularyFile
{
    private const string Settings = "tokenizer_config.json";

    /// <summary>The files of a directory that may have the vocabulary, the first that is there.</summary>
    private static readonly string[] Names = ["tokenizer.json", "vocab.txt"];

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Makes a vocabulary of a list of tokens.</summary>
    internal static WordPieceVocabulary Create(IReadOnlyList<string> tokens, WordPieceOptions options)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        options.Check();
        for (int id = 0; id < tokens.Count; id++)
        {
            if (tokens[id] is null || !UnicodeText.IsWellFormed(tokens[id]))
            {
                throw new ArgumentException($"Token {id} is {(tokens[id] is null ? "null" : "not valid Unicode")}.", nameof(tokens));
            }
        }

        try
        {
            return new(options, TokenTexts.Create(tokens), id => $"entry {id}");
        }
        catch (InvalidDataException error)
        {
            throw new ArgumentException(error.Message, nameof(tokens), error);
        }
    }

    /// <summary>Reads a directory or a file.</summary>
    internal static WordPieceVocabulary Load(string path, WordPieceOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            return InputFile.Read(path, stream => Read(stream, options, null));
        }

        string name = Array.Find(Names, name => File.Exists(Path.Combine(path, name)))
            ?? throw new FileNotFoundException($"The directory {path} has neither {string.Join(" nor ", Names)}.", path);
        string settings = Path.Combine(path, Settings);
        TokenizerSettings? read = options is null && File.Exists(settings) ? InputFile.Read(settings, TokenizerSettings.Read) : null;
        return InputFile.Read(Path.Combine(path, name), stream => Read(stream, options, read));
    }

    /// <summary>Reads the content of a file.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="options">The options; null for those of the files.</param>
    /// <param name="settings">The settings of the directory, which come before those of the file.</param>
    internal static WordPieceVocabulary Read(Stream stream, WordPieceOptions? options, TokenizerSettings? settings)
    {
        options?.Check();
        ReadOnlyMemory<byte> bytes = ReadAll(stream);
        if (bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return TokenizerJson.Parse(bytes, root => new WordPieceJson(root).Read(options, settings));
        }

        WordPieceOptions chosen = options ?? settings?.ApplyTo(new()) ?? new();
        return new(chosen, ReadLines(bytes.Span), id => $"line {id + 1}");
    }

    /// <summary>Reads a stream to its end, without the mark that some editors write at the beginning of UTF-8.</summary>
    internal static ReadOnlyMemory<byte> ReadAll(Stream stream)
    {
        using var content = new MemoryStream();
        stream.CopyTo(content);
        ReadOnlyMemory<byte> bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        return bytes.Span.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;
    }

    /// <summary>Reads lines that end with LF or CR LF.</summary>
    private static TokenTexts ReadLines(ReadOnlySpan<byte> text)
    {
        byte[] bytes = new byte[text.Length];
        List<int> offsets = [0];
        int end = 0;
        while (!text.IsEmpty)
        {
            int length = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = length < 0 ? text : text[..length];
            text = length < 0 ? [] : text[(length + 1)..];
            if (line is [.., (byte)'\r'])
            {
                line = line[..^1];
            }

            if (!Utf8.IsValid(line))
            {
                throw new InvalidDataException($"Line {offsets.Count} is not UTF-8.");
            }

            line.CopyTo(bytes.AsSpan(end));
            offsets.Add(end += line.Length);
        }

        return offsets.Count == 1
            ? throw new InvalidDataException("The vocabulary is empty.")
            : new(bytes, [.. offsets]);
    }
}
