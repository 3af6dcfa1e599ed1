using System.CommandLine;
using System.Text.Json.Nodes;
using VecNet.Formats;
using VecNet.Text;

namespace VecNet.Cli;

/// <summary>Shows the contents of a file: a model, tensors, arrays or data.</summary>
internal static partial class InspectCommand
{
    /// <summary>The number of bytes at the start of a file that its kind is recognized by.</summary>
    private const int LongestStart = 1 << 12;

    /// <summary>The number of bytes at the start of a file that are searched for signs that it is not text.</summary>
    private const int MarkLength = 16;

    /// <summary>The command and its options.</summary>
    internal static Command Build(CommandContext context)
    {
        var command = new Command(
            "inspect",
            "Shows the contents of a file: a model or other safetensors, .npy, .npz, IDX (also .gz), CSV, or texts (.tsv, .txt).");
        var file = new Argument<string>("FILE")
        {
            Description = "The file, which may be a pipe. Its kind is recognized by its first bytes, and for texts by its extension.",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object on one line." };
        file.Validators.Add(OptionParsing.RejectEmptyPath);
        command.Add(file);
        command.Add(json);
        var header = new CsvHeaderOptions();
        header.AddTo(command);
        command.SetAction(parsed => Run(context, parsed.GetRequiredValue(file), header.Read(parsed.CommandResult), parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, string path, CsvHeader? header, bool json)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException(
                $"{path}: {(Directory.Exists(path) ? "this is a directory, not a file." : "the file does not exist.")}");
        }

        JsonObject found = Inspect(path, header);
        if (json)
        {
            context.Output.WriteLine(found.ToJsonString());
        }
        else
        {
            InspectionWriter.Write(context.Output, found);
        }

        return 0;
    }

    private static JsonObject Inspect(string path, CsvHeader? header)
    {
        // The file is opened once, since a pipe can be read only once.
        using FileStream stream = InputFile.Open(path);
        byte[] start = new byte[LongestStart];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        Stream whole = stream;
        if (stream.CanSeek)
        {
            stream.Position = 0;
        }
        else
        {
            whole = new ResumedStream(start, stream);
        }

        return InputFile.Named(path, () => Inspect(start, whole, path, header));
    }

    private static JsonObject Inspect(byte[] start, Stream stream, string path, CsvHeader? header) => start switch
    {
        [0x93, (byte)'N', ..] => OfArray("NumPy array (.npy)", Whole(stream, NpyFile.Read)),
        [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] => OfArchive(stream),
        [0, 0, >= 8 and <= 14, ..] => OfArray("IDX array", Whole(stream, IdxFile.Read)),
        [0x1F, 0x8B, ..] => OfArray("IDX array (gzip)", Whole(stream, IdxFile.Read)),
        [_, _, _, _, _, _, 0, 0, (byte)'{', ..] => OfSafetensors(stream),
        _ when Path.GetExtension(path) is ".tsv" or ".txt" => OfTexts(stream, path),
        _ when Path.GetExtension(path) is ".safetensors" => OfSafetensors(stream),
        _ when Path.GetExtension(path).Length == 0 && BeginsWithLabel(start) => OfTexts(stream, path),
        _ when start.Take(MarkLength).Any(one => one < (byte)'\t') =>
            throw new UserErrorException($"{path}: the file has no known format."),
        _ => OfTable(stream, path, header ?? CsvHeader.Expected),
    };

    /// <summary>Whether the first line is a label, a tab and a text: a pipe has no extension that would tell texts from a table.</summary>
    private static bool BeginsWithLabel(ReadOnlySpan<byte> start)
    {
        int end = start.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? start : start[..end];
        return line.Contains((byte)'\t') && !line.Contains((byte)',') && line.IndexOfAnyInRange((byte)0, (byte)8) < 0;
    }

    private static JsonObject OfSafetensors(Stream stream)
    {
        SafetensorsFile file = SafetensorsFile.Read(stream);
        if (!file.Metadata.ContainsKey("vecnet"))
        {
            return new()
            {
                ["kind"] = "safetensors",
                ["metadata"] = Names(file.Metadata.Select(entry => $"{entry.Key}: {entry.Value}")),
                ["tensors"] = Rows(
                    file.Tensors, tensor => new() { ["name"] = tensor.Name, ["type"] = tensor.Type, ["shape"] = Shape(tensor.Shape) }),
            };
        }

        Model<float> model = Model.Load<float>(file);
        var found = new JsonObject
        {
            ["kind"] = "VecNet model",
            ["target"] = model.TargetName,
            ["predicts"] = model.WritesTexts ? "the next token" : model.PredictsClasses ? "a class" : "a number",
            ["inputs"] = model.Network.InputSize,
            ["outputs"] = model.Network.OutputSize,
            ["parameters"] = model.Network.ParameterCount,
            ["storedAs"] = file.Tensors.Count > 0 ? file.Tensors[0].Type : null,
            ["parametersHash"] = model.GetParametersHash(),
            ["standardized"] = model.Standardization is not null,
            ["classes"] = Names(model.ClassNames ?? []),
        };
        if (model.TargetStandardization is { } targets)
        {
            found["targetMean"] = Number(targets.Means[0]);
            found["targetDeviation"] = Number(targets.Deviations[0]);
        }

        if (model.Text is { } text)
        {
            string symbols = text.Tokens == TextTokens.WordsAndSymbols ? ", symbols" : "";
            string column = text.Column is null ? "" : $" (column '{text.Column}')";
            found["text"] = $"words{symbols} and character n-grams (n = {text.ShortestGram} to {text.LongestGram}) hashed into "
                + $"{text.Features} features{column}";
        }

        if (model.Vectorizer is { } vectorizer)
        {
            string column = vectorizer.Column is null ? "" : $" (column '{vectorizer.Column}')";
            found["text"] = $"{TextDescription.Of(vectorizer.Options)}, a vocabulary of {vectorizer.Features}, weighted by TF-IDF{column}";
        }

        if (model.Tokenizer is { } tokenizer)
        {
            string column = model.TextColumn is null ? "" : $" (column '{model.TextColumn}')";
            found["text"] = $"{TextDescription.Of(tokenizer, model.MaxTokens)}{column}";
        }

        if (EmbeddingFile.Is(file))
        {
            string column = model.TextColumn is null ? "" : $" (column '{model.TextColumn}')";
            found["text"] = $"vectors of a sentence encoder, which is not part of the file{column}";
        }

        if (model.Table is { } table)
        {
            found["columns"] = Rows(table.Columns, column => new()
            {
                ["name"] = column.Name,
                ["categories"] = column.Categories is null ? null : string.Join(", ", column.Categories),
                ["unknown"] = column.Categories is null ? null : column.Unknown == UnknownCategory.Zeros ? "zeros" : "refuse",
                ["missing"] = column.Categories is null ? Number(column.MissingNumber) : column.MissingCategory,
            });
        }
        else if (model.FeatureNames is not null)
        {
            found["features"] = Names(model.FeatureNames);
        }

        found["layers"] = Rows(model.Network.Nodes.Where(node => node.Layer is not null), node => new()
        {
            ["layer"] = node.Path,
            ["name"] = node.Layer!.Name,
            ["inputs"] = model.Network.Plan.Buffers[node.Inputs[0]].Features,
            ["outputs"] = model.Network.Plan.Buffers[node.Output].Features,
            ["parameters"] = node.OwnParameters.Sum(slot => slot.Length),
        });
        return found;
    }

    private static JsonObject OfTexts(Stream stream, string path)
    {
        TextTable texts = TextTable.Read(stream, path);
        return new()
        {
            ["kind"] = texts.TargetName is null ? "texts" : "labeled texts",
            ["rows"] = texts.Rows,
            ["labels"] = Rows(
                texts.Labels
                    .CountBy(label => label)
                    .OrderByDescending(entry => entry.Value)
                    .ThenBy(entry => entry.Key, StringComparer.Ordinal)
                    .Take(100),
                entry => new() { ["label"] = entry.Key, ["rows"] = entry.Value }),
        };
    }

    private static JsonObject OfTable(Stream stream, string path, CsvHeader header)
    {
        (long rows, IReadOnlyList<CsvColumnSummary> columns) = CsvColumnSummary.Read(stream, path, header);
        return new()
        {
            ["kind"] = "CSV",
            ["rows"] = rows,
            ["columns"] = Rows(columns, column => new()
            {
                ["name"] = column.Name,
                ["numbers"] = column.Numbers,
                ["words"] = column.Words,
                ["missing"] = column.Missing,
                ["distinct"] = column.Distinct,
                ["minimum"] = Number(column.Minimum),
                ["mean"] = Number(column.Mean),
                ["maximum"] = Number(column.Maximum),
            }),
        };
    }

    private static JsonArray Rows<TSource>(IEnumerable<TSource> source, Func<TSource, JsonObject> row) =>
        new([.. source.Select(one => (JsonNode)row(one))]);

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)JsonValue.Create(name))]);

    private static JsonArray Shape(IEnumerable<long> shape) => new([.. shape.Select(length => (JsonNode)JsonValue.Create(length))]);

    /// <summary>A number; NaN and infinities, which JSON does not have, become null.</summary>
    private static JsonValue? Number(double? number) => number is { } value && double.IsFinite(value) ? JsonValue.Create(value) : null;
}
