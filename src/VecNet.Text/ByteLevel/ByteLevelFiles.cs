using System.Text;

namespace VecNet.Text;

/// <summary>Reads the vocabulary of a <see cref="ByteLevelTokenizer"/> from files or from lists.</summary>
internal static class ByteLevelFiles
{
    internal const string Vocabulary = "vocab.json", Merges = "merges.txt";

    private const string Json = "tokenizer.json", Header = "#version";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a directory has the two files of a vocabulary.</summary>
    internal static bool AreIn(string directory) =>
        Path.Exists(Path.Combine(directory, Vocabulary)) && Path.Exists(Path.Combine(directory, Merges));

    /// <summary>Makes a vocabulary of lists.</summary>
    internal static ByteLevelVocabulary Create(
        IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> merges, ByteLevelOptions options)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(merges);
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
            return new(options, tokens, merges, added: null, rank => $"entry {rank} of the merges");
        }
        catch (InvalidDataException error)
        {
            throw new ArgumentException(error.Message, nameof(tokens), error);
        }
    }

    /// <summary>Reads a directory or a file.</summary>
    /// <param name="path">The directory, or the path of <c>tokenizer.json</c>.</param>
    /// <param name="options">The options; null for those of the files.</param>
    /// <param name="isRoberta">
    /// Whether a directory without <c>tokenizer.json</c>, and without the class of the tokenizer, has RoBERTa's vocabulary.
    /// </param>
    internal static ByteLevelVocabulary Load(string path, ByteLevelOptions? options, bool isRoberta = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options?.Check();
        string json = Directory.Exists(path) ? Path.Combine(path, Json) : path;
        if (!Directory.Exists(path) || Path.Exists(json))
        {
            return InputFile.Read(json, stream => Read(stream, options));
        }

        if (!AreIn(path))
        {
            throw new FileNotFoundException($"The directory {path} has neither {Json} nor {Vocabulary} and {Merges}.", path);
        }

        List<string?> tokens = InputFile.Read(
            Path.Combine(path, Vocabulary), stream => TokenizerJson.Parse(VocabularyFile.ReadAll(stream), TokenizerJson.ReadTokens));
        (ByteLevelOptions chosen, List<AddedToken> added) = new ByteLevelSettings(path, isRoberta, tokens).Choose(options);
        return InputFile.Read(Path.Combine(path, Merges), stream =>
        {
            (List<(string, string)> pairs, List<int> lines) = ReadMerges(stream);
            return new ByteLevelVocabulary(chosen, tokens, pairs, added, rank => $"line {lines[rank]}");
        });
    }

    /// <summary>Reads the content of <c>tokenizer.json</c>.</summary>
    internal static ByteLevelVocabulary Read(Stream stream, ByteLevelOptions? options)
    {
        options?.Check();
        return TokenizerJson.Parse(VocabularyFile.ReadAll(stream), root => new ByteLevelJson(root).Read(options));
    }

    /// <summary>Divides a pair as files write it: two tokens, which have no spaces, and a space between them.</summary>
    internal static (string Left, string Right) PairOf(string text, string place)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 2 && parts[0].Length > 0 && parts[1].Length > 0
            ? (parts[0], parts[1])
            : throw new InvalidDataException($"{place} has not two tokens with a space between them, but \"{text}\".");
    }

    /// <summary>Reads a pair from each line but the first, which may have the version of the format, and empty ones.</summary>
    private static (List<(string Left, string Right)> Pairs, List<int> Lines) ReadMerges(Stream stream)
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(VocabularyFile.ReadAll(stream).Span);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException("It is not UTF-8.", error);
        }

        List<(string, string)> pairs = [];
        List<int> lines = [];
        int number = 0;
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            number++;
            if (line.Length > 0 && !line.StartsWith(Header, StringComparison.Ordinal))
            {
                pairs.Add(PairOf(line, $"Line {number}"));
                lines.Add(number);
            }
        }

        return (pairs, lines);
    }
}
