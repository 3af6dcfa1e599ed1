namespace VecNet.Formats;

/// <summary>Texts from a file, and the label of each if the file has them.</summary>
/// <remarks>
/// <para>
/// A file of lines has one text in each line, after its label and a tab: <c>label⇥text</c>; or texts only, if there is no tab in the
/// first line. A CSV file has its texts in one column and its labels in another. Both are UTF-8, and are read row by row.
/// </para>
/// <para>
/// Every line is a row or an error with its number. An empty line is an error, except at the end of labeled texts; and so is a text without
/// tokens (see <see cref="TextHashing.HasTokens"/>), since a model would predict from no features.
/// </para>
/// <code>
/// TextTable texts = TextTable.Read("mails.tsv");
/// TextClassifier&lt;string&gt; model = TextClassifier.Fit(texts.Texts, texts.Labels);
/// </code>
/// </remarks>
public sealed partial class TextTable
{
    private readonly TextHashing tokens;
    private readonly List<string> texts = [];
    private readonly LabelColumn labels = new();
    private readonly List<long> lines = [];
    private readonly bool readLabels;

    private TextTable(string path, string? targetName, TextTokens tokens, bool readLabels)
    {
        Path = path;
        TargetName = targetName;
        this.tokens = new(1, tokens: tokens);
        this.readLabels = readLabels;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The name of the labels; null if there are none.</summary>
    public string? TargetName { get; private set; }

    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Texts => texts;

    /// <summary>The label of each row as it is written; empty if there are none.</summary>
    public IReadOnlyList<string> Labels => labels.Labels;

    /// <summary>The line of the file where each row begins, from 1.</summary>
    public IReadOnlyList<long> Lines => lines;

    /// <summary>The number of rows.</summary>
    public int Rows => lines.Count;

    /// <summary>Reads a file of lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="readLabels">Whether labels are read; if not, everything before the tab is ignored.</param>
    /// <param name="tokens">The tokens of which each text must have one.</param>
    /// <exception cref="CsvDataException">The file cannot be read or used; the message names file and line.</exception>
    public static TextTable Read(string path, bool readLabels = true, TextTokens tokens = TextTokens.WordsAndSymbols)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new TextTable(path, "label", tokens, readLabels).ReadAll(CsvRecords.Open(path, "text"));
    }

    /// <summary>Reads lines from a stream, which need not be seekable.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <param name="name">The name of the stream in messages.</param>
    /// <param name="readLabels">Whether labels are read; if not, everything before the tab is ignored.</param>
    /// <param name="tokens">The tokens of which each text must have one.</param>
    /// <exception cref="CsvDataException">The stream cannot be read or used; the message says in which line.</exception>
    public static TextTable Read(
        Stream stream, string name, bool readLabels = true, TextTokens tokens = TextTokens.WordsAndSymbols)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return new TextTable(name, "label", tokens, readLabels).ReadAll(CsvRecords.Open(name, "text", stream));
    }

    private TextTable ReadAll(Utf8ValidatingStream bytes)
    {
        using StreamReader reader = CsvRecords.TextOf(bytes);
        return CsvRecords.WithErrors(Path, bytes, () => ReadLines(reader)).Complete();
    }

    private TextTable ReadLines(StreamReader reader)
    {
        bool? isLabeled = null;
        long? emptyLine = null;
        for (long number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                emptyLine ??= number;
                continue;
            }

            if (emptyLine is not null)
            {
                throw EmptyLine(emptyLine.Value);
            }

            if (isLabeled is null && line.Contains('\0', StringComparison.Ordinal))
            {
                throw new CsvDataException(
                    Path, number, null, "the first line has a NUL character: the file is not a text file, or is not UTF-8.");
            }

            if (line[0] == '\uFEFF')
            {
                throw new CsvDataException(
                    Path, number, null, "there is a byte order mark inside the file; two files may have been concatenated.");
            }

            isLabeled ??= line.Contains('\t', StringComparison.Ordinal);
            ReadLine(line, number, isLabeled.Value);
        }

        // After labeled texts, an empty line cannot be a text.
        if (isLabeled == false && emptyLine is not null)
        {
            throw EmptyLine(emptyLine.Value);
        }

        TargetName = isLabeled == true && readLabels ? TargetName : null;
        return this;
    }

    private void ReadLine(string line, long number, bool isLabeled)
    {
        int tab = line.IndexOf('\t', StringComparison.Ordinal);
        if (isLabeled != tab >= 0)
        {
            throw new CsvDataException(Path, number, null, tab < 0
                ? "the tab between label and text is missing; the previous lines have one."
                : "the line has a tab, perhaps after a label; the previous lines have none.");
        }

        ReadOnlySpan<char> text = line.AsSpan(tab + 1);
        if (isLabeled && readLabels)
        {
            ReadOnlySpan<char> label = line.AsSpan(0, tab).Trim();
            if (label.IsEmpty)
            {
                throw new CsvDataException(Path, number, null, "the label before the tab is missing.");
            }

            labels.Add(label);
        }

        if (isLabeled && text.IsWhiteSpace())
        {
            throw new CsvDataException(Path, number, null, "the text after the tab is missing.");
        }

        try
        {
            tokens.CheckTokens(text);
        }
        catch (FormatException error)
        {
            throw new CsvDataException(Path, number, null, error.Message, error);
        }

        Add(text, number);
    }

    private CsvDataException EmptyLine(long line) => new(Path, line, null, "the line is empty; each line must have a text.");

    private void Add(ReadOnlySpan<char> text, long line)
    {
        texts.Add(text.ToString());
        lines.Add(line);
    }

    private TextTable Complete() => texts.Count > 0 ? this : throw new CsvDataException(Path, "the file has no texts.");
}
