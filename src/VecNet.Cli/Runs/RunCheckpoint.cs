using System.Globalization;
using System.Text.Json;

namespace VecNet.Cli;

/// <summary>The state of an interrupted training run, as it is saved: the trainer's checkpoint and the state of the run.</summary>
/// <param name="Fingerprint">The training run.</param>
/// <param name="Time">The time that the run has taken so far.</param>
/// <param name="State">The state of the training.</param>
internal sealed record RunCheckpoint(TrainingFingerprint Fingerprint, TimeSpan Time, RecipeState State)
{
    private const string MetadataKey = "vecnet.train";

    /// <summary>The beginning of the name of a finished network's parameters, before its number.</summary>
    private const string NetworkPrefix = "network.";

    /// <summary>Writes the file atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal void Save(string path)
    {
        if (State.Trainer is { } trainer)
        {
            CheckpointFile.Save(trainer, path, Metadata());
            return;
        }

        new SafetensorsFile(
            [.. State.Networks.Select(network => TensorBytes.Vector($"{NetworkPrefix}{network.Key}", network.Value))], Metadata())
            .Write(path);
    }

    private Dictionary<string, string> Metadata() => new()
    {
        [MetadataKey] = JsonLine.Of(json =>
        {
            json.WriteString("data", Fingerprint.Data);
            json.WriteString("rows", Fingerprint.RowsHash);
            json.WriteString("network", Fingerprint.Network);
            json.WriteString("training", Fingerprint.Training);
            json.WriteBoolean("selecting", State.IsSelecting);
            json.WriteNumber("ticks", Time.Ticks);
            WriteHistory(json, "selectionHistory", State.SelectionHistory);
            WriteHistory(json, "history", State.History);
            WriteSearch(json, State.Search);
        }),
    };

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="UserErrorException">The file is not a checkpoint of this command.</exception>
    internal static RunCheckpoint Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException(
                $"{path}: {(Directory.Exists(path) ? "this is a directory, not a checkpoint." : "the checkpoint does not exist.")}");
        }

        SafetensorsFile file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(MetadataKey, out string? text))
        {
            throw new UserErrorException($"{path}: the file is not a checkpoint of vecnet, which an interrupted training run saves.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            string Text(string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is missing.");
            return new(
                new(Text("data"), Text("rows"), Text("network"), Text("training")),
                TimeSpan.FromTicks(root.GetProperty("ticks").GetInt64()),
                new(
                    root.GetProperty("selecting").GetBoolean(),
                    ReadHistory(root.GetProperty("selectionHistory")),
                    ReadHistory(root.GetProperty("history")),
                    file.Metadata.ContainsKey(CheckpointFile.MetadataKey)
                        ? InputFile.Named(path, () => CheckpointFile.Load<float>(file))
                        : null)
                {
                    Search = ReadSearch(root.GetProperty("search")),
                    Networks = file.Tensors
                        .Where(tensor => tensor.Name.StartsWith(NetworkPrefix, StringComparison.Ordinal))
                        .ToDictionary(tensor => int.Parse(tensor.Name[NetworkPrefix.Length..], CultureInfo.InvariantCulture), Numbers),
                });
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw new UserErrorException($"{path}: the checkpoint is damaged.", error);
        }
    }

    private static void WriteSearch(Utf8JsonWriter json, IReadOnlyList<SavedFold> search)
    {
        json.WriteStartArray("search");
        foreach (SavedFold fold in search)
        {
            json.WriteStartObject();
            json.WriteNumber("candidate", fold.Candidate);
            json.WriteNumber("fold", fold.Fold);
            json.WriteNumber("rows", fold.Score.Rows);
            json.WriteFinite("loss", fold.Score.Loss);
            json.WriteFinite("lossSquares", fold.Score.LossSquares);
            json.WriteNumber("correct", fold.Score.Correct);
            WriteHistory(json, "history", fold.History);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static List<SavedFold> ReadSearch(JsonElement folds) => [.. folds.EnumerateArray().Select(fold => new SavedFold(
        fold.GetProperty("candidate").GetInt32(),
        fold.GetProperty("fold").GetInt32(),
        new(
            fold.GetProperty("rows").GetDouble(),
            Metric(fold.GetProperty("loss")) ?? double.NaN,
            Metric(fold.GetProperty("lossSquares")) ?? double.NaN,
            fold.GetProperty("correct").GetDouble()),
        ReadHistory(fold.GetProperty("history"))))];

    private static float[] Numbers(SafetensorsTensor tensor)
    {
        if (tensor.Type != TensorBytes.TypeOf<float>())
        {
            throw new FormatException($"'{tensor.Name}' has type {tensor.Type}.");
        }

        float[] numbers = new float[tensor.Data.Length / sizeof(float)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = TensorBytes.Read<float>(tensor, i);
        }

        return numbers;
    }

    private static void WriteHistory(Utf8JsonWriter json, string name, IReadOnlyList<TrainingProgress> epochs)
    {
        json.WriteStartArray(name);
        foreach (TrainingProgress epoch in epochs)
        {
            json.WriteStartArray();
            json.WriteNumberValue(epoch.Epoch);
            json.WriteNumberValue(epoch.Epochs);
            double?[] metrics =
                [epoch.TrainingLoss, epoch.TrainingAccuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.SamplesPerSecond];
            foreach (double? metric in metrics)
            {
                if (metric is { } number && double.IsFinite(number))
                {
                    json.WriteNumberValue(number);
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WriteNumberValue(epoch.Elapsed.Ticks);
            json.WriteNumberValue(epoch.Remaining.Ticks);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static List<TrainingProgress> ReadHistory(JsonElement epochs) => [.. epochs.EnumerateArray().Select(x => new TrainingProgress(
        x[0].GetInt32(),
        x[1].GetInt32(),
        Metric(x[2]) ?? double.NaN,
        Metric(x[3]),
        Metric(x[4]),
        Metric(x[5]),
        Metric(x[6]) ?? double.NaN,
        TimeSpan.FromTicks(x[7].GetInt64()),
        TimeSpan.FromTicks(x[8].GetInt64())))];

    private static double? Metric(JsonElement x) => x.ValueKind == JsonValueKind.Null ? null : x.GetDouble();
}
