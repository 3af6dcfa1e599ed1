using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace VecNet;

/// <summary>
/// Saves training checkpoints as safetensors files: the vectors are tensors, and the rest is JSON in the metadata under
/// <c>vecnet.checkpoint</c>.
/// </summary>
/// <remarks>
/// A file is written atomically, and restores the same bits. It contains no code, and reading it runs none.
/// </remarks>
public static partial class CheckpointFile
{
    internal const string MetadataKey = "vecnet.checkpoint";

    private const string StatesName = "recurrent.states";

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="checkpoint">The state of training.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="metadata">
    /// Additional text to store, such as the name of the data;  <see cref="SafetensorsFile.Metadata"/> returns it.
    /// </param>
    /// <exception cref="ArgumentException">The metadata contain the reserved name <c>vecnet.checkpoint</c>.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public static void Save<T>(TrainingCheckpoint<T> checkpoint, string path, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ToFile(checkpoint, metadata).Write(path);

    /// <summary>Writes a checkpoint to a stream, which need not be seekable and is left open.</summary>
    /// <param name="checkpoint">The state of training.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="metadata">Further text to store, such as a name of the data.</param>
    /// <exception cref="ArgumentException">The metadata contain the reserved name <c>vecnet.checkpoint</c>.</exception>
    public static void Save<T>(TrainingCheckpoint<T> checkpoint, Stream stream, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ToFile(checkpoint, metadata).Write(stream);

    /// <summary>Reads a checkpoint that was saved for the same element type.</summary>
    /// <exception cref="InvalidDataException">The file is not such a checkpoint; the message names the file and the error.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainingCheckpoint<T> Load<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => InputFile.Read(path, Load<T>);

    /// <summary>Reads a checkpoint from a stream to its end. The stream need not be seekable and is left open.</summary>
    /// <exception cref="InvalidDataException">It is not such a checkpoint; the message describes the error.</exception>
    public static TrainingCheckpoint<T> Load<T>(Stream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Load<T>(SafetensorsFile.Read(stream));

    /// <summary>Reads a checkpoint from the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are not such a checkpoint; the message describes the error.</exception>
    public static TrainingCheckpoint<T> Load<T>(ReadOnlyMemory<byte> content)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Load<T>(SafetensorsFile.Read(content));

    /// <summary>Reads the checkpoint of a file that has been loaded.</summary>
    /// <exception cref="InvalidDataException">The file is not such a checkpoint; the message describes the error.</exception>
    public static TrainingCheckpoint<T> Load<T>(SafetensorsFile file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return Parse<T>(file);
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private static SafetensorsFile ToFile<T>(TrainingCheckpoint<T> checkpoint, IReadOnlyDictionary<string, string>? metadata)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (metadata?.ContainsKey(MetadataKey) == true)
        {
            throw new ArgumentException($"The metadata key '{MetadataKey}' is reserved for the checkpoint.", nameof(metadata));
        }

        byte[] order = new byte[checkpoint.Order.Count * sizeof(int)];
        for (int i = 0; i < checkpoint.Order.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(order.AsSpan(i * sizeof(int)), checkpoint.Order[i]);
        }

        return new(
            [
                TensorBytes.Vector("parameters", checkpoint.Parameters),
                TensorBytes.Vector("state", checkpoint.State),
                TensorBytes.Vector("optimizer.state", checkpoint.OptimizerState),
                TensorBytes.Vector("best.parameters", checkpoint.BestParameters),
                TensorBytes.Vector("best.state", checkpoint.BestState),
                new("order", "I32", [checkpoint.Order.Count], order),
                .. (ReadOnlySpan<SafetensorsTensor>)(checkpoint.RecurrentStates.Count == 0
                    ? []
                    : [TensorBytes.Vector(StatesName, checkpoint.RecurrentStates)]),
            ],
            new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { [MetadataKey] = Describe(checkpoint) });
    }

    private static TrainingCheckpoint<T> Parse<T>(SafetensorsFile file)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!file.Metadata.TryGetValue(MetadataKey, out string? text))
        {
            throw new InvalidDataException("the file is not a training checkpoint.");
        }

        using JsonDocument document = JsonDocument.Parse(
            text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 1 + TrainingDescriptionJson.Depth });
        JsonElement root = document.RootElement;
        if (!root.TryGetProperty("description", out JsonElement description))
        {
            throw new InvalidDataException(
                "the checkpoint does not describe its network and optimizer: an earlier version of VecNet wrote it, or it is damaged.");
        }

        Dictionary<string, SafetensorsTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name);
        int[] order = Order(tensors);
        int position = root.GetProperty("position").GetInt32();
        int epoch = root.GetProperty("epoch").GetInt32();
        int steps = root.GetProperty("steps").GetInt32();
        long optimizerSteps = root.GetProperty("optimizerSteps").GetInt64();
        int firstRow = root.TryGetProperty("firstRow", out JsonElement rows) ? rows.GetInt32() : 0;
        if (position < 0 || position > order.Length || firstRow < 0 || epoch < 0 || steps < 0 || optimizerSteps < 0)
        {
            throw new InvalidDataException(
                $"the checkpoint was made at row {position} of {order.Length}, epoch {epoch}, step {steps} and optimizer step "
                + $"{optimizerSteps}, which is impossible.");
        }

        // Where rows have weights, these are sums of weights, which may be more than the rows.
        double countedRows = root.GetProperty("countedRows").GetDouble();
        double right = root.GetProperty("right").GetDouble();
        if (!(right >= 0 && right <= countedRows && double.IsFinite(countedRows)))
        {
            throw new InvalidDataException($"the checkpoint counts {countedRows} rows, {right} of them correct, at row {position}.");
        }

        return new()
        {
            Description = TrainingDescriptionJson.Read(description),
            Parameters = Vector<T>(tensors, "parameters"),
            State = Vector<T>(tensors, "state"),
            OptimizerState = Vector<T>(tensors, "optimizer.state"),
            BestParameters = Vector<T>(tensors, "best.parameters"),
            BestState = Vector<T>(tensors, "best.state"),
            Order = order,
            IsShuffled = root.GetProperty("isShuffled").GetBoolean(),
            Position = position,
            FirstRow = firstRow,
            RecurrentStates = tensors.ContainsKey(StatesName) ? Vector<T>(tensors, StatesName) : [],
            Epoch = epoch,
            Steps = steps,
            OptimizerSteps = optimizerSteps,
            CountedRows = countedRows,
            Right = right,
            RowRandom = root.GetProperty("rowRandom").GetUInt64(),
            DropoutRandom = root.GetProperty("dropoutRandom").GetUInt64(),
            LearningRate = Number(root, "learningRate"),
            LossSum = Number(root, "lossSum"),
            LossWeight = Number(root, "lossWeight"),
            TrainingTime = TimeSpan.FromTicks(root.GetProperty("trainingTicks").GetInt64()),
            Elapsed = TimeSpan.FromTicks(root.GetProperty("elapsedTicks").GetInt64()),
            Best = Progress(root.GetProperty("best")),
        };
    }

    private static int[] Order(Dictionary<string, SafetensorsTensor> tensors)
    {
        SafetensorsTensor tensor = Tensor(tensors, "order", "I32");
        int[] order = new int[tensor.Data.Length / sizeof(int)];
        var seen = new bool[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = BinaryPrimitives.ReadInt32LittleEndian(tensor.Data.Span[(i * sizeof(int))..]);
            if ((uint)order[i] >= (uint)order.Length || seen[order[i]])
            {
                throw new InvalidDataException($"the order of the rows has {order[i]} at {i}: it is not an order of {order.Length} rows.");
            }

            seen[order[i]] = true;
        }

        return order;
    }

    private static T[] Vector<T>(Dictionary<string, SafetensorsTensor> tensors, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SafetensorsTensor tensor = Tensor(tensors, name, TensorBytes.TypeOf<T>());
        var values = new T[tensor.Data.Length / TensorBytes.SizeOf<T>()];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = TensorBytes.Read<T>(tensor, i);
        }

        return values;
    }

    private static SafetensorsTensor Tensor(Dictionary<string, SafetensorsTensor> tensors, string name, string type)
    {
        if (!tensors.TryGetValue(name, out SafetensorsTensor? tensor))
        {
            throw new InvalidDataException($"the tensor '{name}' is missing.");
        }

        return tensor.Type == type && tensor.Shape.Count == 1
            ? tensor
            : throw new InvalidDataException(
                $"the tensor '{name}' is {tensor.Type} of shape [{string.Join(", ", tensor.Shape)}]; it should be a vector of {type}.");
    }
}
