using System.Text.Json;

namespace VecNet.Cli;

/// <summary>Where an interrupted run stands, in a file: the trainer's checkpoint, and what the run itself has to know.</summary>
/// <param name="Identity">What it belongs to.</param>
/// <param name="IsChoosing">Whether it stands in the first of two trainings, which finds out how long to train.</param>
/// <param name="Time">That the run has taken.</param>
/// <param name="Choosing">The epochs of the first training.</param>
/// <param name="Learning">The epochs of the only or second one.</param>
/// <param name="Trainer">The network, the optimiser and all that is random.</param>
internal sealed record RunCheckpoint(
    RunIdentity Identity,
    bool IsChoosing,
    TimeSpan Time,
    IReadOnlyList<TrainingProgress> Choosing,
    IReadOnlyList<TrainingProgress> Learning,
    TrainingCheckpoint<float> Trainer)
{
    private const string MetadataKey = "vecnet.train";

    /// <summary>Writes the file as a whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Save(string path) => CheckpointFile.Save(Trainer, path, new Dictionary<string, string>
    {
        [MetadataKey] = JsonLine.Of(json =>
        {
            json.WriteString("data", Identity.Data);
            json.WriteString("rows", Identity.RowsSha256);
            json.WriteString("network", Identity.Network);
            json.WriteString("training", Identity.Training);
            json.WriteBoolean("choosing", IsChoosing);
            json.WriteNumber("ticks", Time.Ticks);
            WriteEpochs(json, "first", Choosing);
            WriteEpochs(json, "epochs", Learning);
        }),
    });

    /// <summary>Reads it.</summary>
    /// <exception cref="UserErrorException">The file is no checkpoint of this command.</exception>
    internal static RunCheckpoint Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"{path}: {(Directory.Exists(path) ? "this is a directory, not a checkpoint." : "there is no such checkpoint.")}");
        }

        SafetensorsFile file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(MetadataKey, out string? text))
        {
            throw new UserErrorException($"{path}: this is no checkpoint that vecnet saved when it was interrupted.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            string Text(string name) => root.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is missing.");
            return new(
                new(Text("data"), Text("rows"), Text("network"), Text("training")),
                root.GetProperty("choosing").GetBoolean(),
                TimeSpan.FromTicks(root.GetProperty("ticks").GetInt64()),
                ReadEpochs(root.GetProperty("first")),
                ReadEpochs(root.GetProperty("epochs")),
                InputFile.Named(path, () => CheckpointFile.Load<float>(file)));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new UserErrorException($"{path}: the checkpoint is damaged.", error);
        }
    }

    private static void WriteEpochs(Utf8JsonWriter json, string name, IReadOnlyList<TrainingProgress> epochs)
    {
        json.WriteStartArray(name);
        foreach (TrainingProgress epoch in epochs)
        {
            json.WriteStartArray();
            json.WriteNumberValue(epoch.Epoch);
            json.WriteNumberValue(epoch.Epochs);
            foreach (double figure in (double[])[epoch.TrainingLoss, epoch.TrainingAccuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.SamplesPerSecond])
            {
                if (double.IsFinite(figure))
                {
                    json.WriteNumberValue(figure);
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

    private static List<TrainingProgress> ReadEpochs(JsonElement epochs) => [.. epochs.EnumerateArray().Select(x => new TrainingProgress(
        x[0].GetInt32(), x[1].GetInt32(), Figure(x[2]), Figure(x[3]), Figure(x[4]), Figure(x[5]), Figure(x[6]), TimeSpan.FromTicks(x[7].GetInt64()), TimeSpan.FromTicks(x[8].GetInt64())))];

    private static double Figure(JsonElement x) => x.ValueKind == JsonValueKind.Null ? double.NaN : x.GetDouble();
}
