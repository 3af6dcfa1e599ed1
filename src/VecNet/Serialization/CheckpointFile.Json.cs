using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace VecNet;

/// <content>The numbers of a checkpoint, as JSON in the metadata of its file.</content>
public static partial class CheckpointFile
{
    private static string Describe<T>(TrainingCheckpoint<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            TrainingDescriptionJson.Write(json, "description", x.Description);
            json.WriteNumber("epoch", x.Epoch);
            json.WriteNumber("position", x.Position);
            if (x.FirstRow > 0)
            {
                json.WriteNumber("firstRow", x.FirstRow);
            }

            json.WriteNumber("steps", x.Steps);
            json.WriteBoolean("isShuffled", x.IsShuffled);
            json.WriteNumber("optimizerSteps", x.OptimizerSteps);
            json.WriteNumber("countedRows", x.CountedRows);
            json.WriteNumber("right", x.Right);
            json.WriteNumber("rowRandom", x.RowRandom);
            json.WriteNumber("dropoutRandom", x.DropoutRandom);
            Write(json, "learningRate", x.LearningRate);
            Write(json, "lossSum", x.LossSum);
            Write(json, "lossWeight", x.LossWeight);
            json.WriteNumber("trainingTicks", x.TrainingTime.Ticks);
            json.WriteNumber("elapsedTicks", x.Elapsed.Ticks);
            json.WriteStartObject("best");
            json.WriteNumber("epoch", x.Best.Epoch);
            json.WriteNumber("epochs", x.Best.Epochs);
            Write(json, "trainingLoss", x.Best.TrainingLoss);
            Write(json, "trainingAccuracy", x.Best.TrainingAccuracy);
            Write(json, "validationLoss", x.Best.ValidationLoss);
            Write(json, "validationAccuracy", x.Best.ValidationAccuracy);
            Write(json, "samplesPerSecond", x.Best.SamplesPerSecond);
            json.WriteNumber("elapsedTicks", x.Best.Elapsed.Ticks);
            json.WriteNumber("remainingTicks", x.Best.Remaining.Ticks);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static TrainingProgress Progress(JsonElement x) => new(
        x.GetProperty("epoch").GetInt32(),
        x.GetProperty("epochs").GetInt32(),
        Number(x, "trainingLoss"),
        OptionalNumber(x, "trainingAccuracy"),
        OptionalNumber(x, "validationLoss"),
        OptionalNumber(x, "validationAccuracy"),
        Number(x, "samplesPerSecond"),
        TimeSpan.FromTicks(x.GetProperty("elapsedTicks").GetInt64()),
        TimeSpan.FromTicks(x.GetProperty("remainingTicks").GetInt64()));

    /// <summary>Numbers are written as text, since JSON has neither NaN nor infinities.</summary>
    private static void Write(Utf8JsonWriter json, string name, double? value) =>
        json.WriteString(name, value?.ToString("R", CultureInfo.InvariantCulture));

    private static double Number(JsonElement x, string name) =>
        OptionalNumber(x, name) ?? throw new InvalidDataException($"the checkpoint's {name} is null.");

    private static double? OptionalNumber(JsonElement x, string name) =>
        x.GetProperty(name).GetString() is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
