using System.Numerics;

namespace VecNet;

/// <content>Sequences of rows.</content>
public sealed partial class Dataset<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Where sequences begin; null if the samples are rows.</summary>
    private readonly int[]? offsets;

    /// <summary>The only feature of each row, if it is an integer; null otherwise.</summary>
    private readonly int[]? ids;

    /// <summary>The integers as numbers, once something needs them.</summary>
    private TensorBuffer<T>? converted;

    /// <summary>Whether each row of a sequence has a target.</summary>
    private readonly bool hasTokenTargets;

    /// <summary>Creates a data set of sequences, with a class for each sequence or for each row.</summary>
    /// <param name="features">The rows of all sequences, one after another: rows × features.</param>
    /// <param name="sequences">The offsets of the sequences, which are copied. A sequence has at least one row.</param>
    /// <param name="classes">The class of each sequence, or of each row of all sequences; from 0.</param>
    /// <exception cref="ArgumentException">
    /// The number of rows is not that of the sequences, a sequence has no row, or the number of classes is neither that of the sequences
    /// nor that of the rows.
    /// </exception>
    public Dataset(TensorBuffer<T> features, SequenceOffsets sequences, int[] classes)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(classes);
        offsets = Copy(sequences, features.Rows);
        hasTokenTargets = HaveTokens(sequences, classes.Length, nameof(classes));
        dense = features;
        this.classes = classes;
    }

    /// <summary>Creates a data set of sequences, with target values for each sequence or for each row.</summary>
    /// <param name="features">The rows of all sequences, one after another: rows × features.</param>
    /// <param name="sequences">The offsets of the sequences, which are copied. A sequence has at least one row.</param>
    /// <param name="values">Sequences × outputs, or rows × outputs.</param>
    /// <exception cref="ArgumentException">
    /// The number of rows is not that of the sequences, a sequence has no row, or the number of rows of values is neither that of the
    /// sequences nor that of the rows.
    /// </exception>
    public Dataset(TensorBuffer<T> features, SequenceOffsets sequences, TensorBuffer<T> values)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(values);
        offsets = Copy(sequences, features.Rows);
        hasTokenTargets = HaveTokens(sequences, values.Rows, nameof(values));
        dense = features;
        this.values = values;
    }

    /// <summary>
    /// Creates a data set of sequences of integers, such as the ids of words for an <see cref="Embedding{T}"/>, with a class for each
    /// sequence or for each integer.
    /// </summary>
    /// <param name="sequences">The integers of each sequence, at least one; each is a row of a single feature.</param>
    /// <param name="classes">The class of each sequence, or of each integer of all sequences; from 0.</param>
    /// <exception cref="ArgumentException">
    /// A sequence is empty or null, or the number of classes is neither that of the sequences nor that of the integers.
    /// </exception>
    public Dataset(IReadOnlyList<int[]> sequences, int[] classes)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(classes);
        offsets = new int[sequences.Count + 1];
        for (int i = 0; i < sequences.Count; i++)
        {
            offsets[i + 1] = checked(offsets[i] + (sequences[i]?.Length ?? 0));
        }

        CheckLengths(offsets);
        hasTokenTargets = HaveTokens(SequenceOffsets.Checked(offsets), classes.Length, nameof(classes));
        this.classes = classes;
        ids = new int[offsets[^1]];
        for (int i = 0; i < sequences.Count; i++)
        {
            sequences[i].CopyTo(ids, offsets[i]);
        }
    }

    /// <summary>Creates a data set of sequences of integers, which lie one after another.</summary>
    /// <param name="ids">The integers of all sequences; each is a row of a single feature.</param>
    /// <param name="sequences">The offsets of the sequences, which are copied. A sequence has at least one integer.</param>
    /// <param name="classes">The class of each sequence, or of each integer of all sequences; from 0.</param>
    /// <exception cref="ArgumentException">
    /// The number of integers is not that of the sequences, a sequence has none, or the number of classes is neither that of the sequences
    /// nor that of the integers.
    /// </exception>
    public Dataset(int[] ids, SequenceOffsets sequences, int[] classes)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(classes);
        offsets = Copy(sequences, ids.Length);
        hasTokenTargets = HaveTokens(sequences, classes.Length, nameof(classes));
        this.ids = ids;
        this.classes = classes;
    }

    private Dataset(
        TensorBuffer<T>? dense,
        SparseRows<T>? sparse,
        int[]? ids,
        int[]? offsets,
        bool hasTokenTargets,
        int[]? classes,
        TensorBuffer<T>? values)
    {
        this.dense = dense;
        SparseFeatures = sparse;
        this.ids = ids;
        this.offsets = offsets;
        this.hasTokenTargets = hasTokenTargets;
        this.classes = classes;
        this.values = values;
    }

    /// <summary>The integers of all rows; empty if the features are not integers.</summary>
    public ReadOnlySpan<int> Ids => ids;

    /// <summary>Whether the features are integers.</summary>
    internal bool HasIds => ids is not null;

    /// <summary>The offsets of the sequences; without a value if the samples are rows.</summary>
    public SequenceOffsets Sequences => offsets is null ? default : SequenceOffsets.Checked(offsets);

    /// <summary>What has a target, for messages.</summary>
    private string TargetName => offsets is null || hasTokenTargets ? "row" : "sequence";

    /// <summary>Checks that the network's output has a row for each target.</summary>
    private void CheckOutputRows(NeuralNetwork<T> network, string name)
    {
        if (offsets is null && network.Plan.SequenceReader is { } reader)
        {
            throw new ArgumentException(
                $"The layer '{reader.Name}' reads sequences, and the data has none: create the data set with SequenceOffsets.", name);
        }

        RowSet rows = network.Plan.Buffers[network.Plan.Output].Rows;
        if (rows.Lengths != 0)
        {
            throw new ArgumentException(
                "The network has fewer outputs than the data has rows, since a layer has strides or no padding, and there is no target for "
                + "each of them: a pooling layer after it makes one output for each sequence.",
                name);
        }

        bool hasTokens = rows.Kind == RowKind.Token;
        int outputs = hasTokens ? Rows : Count;
        if (Targets.Rows != outputs)
        {
            throw new ArgumentException(
                $"The network has an output for each {(hasTokens ? "row" : "sequence")} of the data, {outputs} in all; the data has "
                + $"{Targets.Rows} targets, one for each {TargetName}.",
                name);
        }
    }

    /// <summary>Checks that sequences can be used in pieces, if back-propagation through time is truncated.</summary>
    private void CheckTruncation(NeuralNetwork<T> network, string name, TrainerOptions? options)
    {
        if (options?.TruncationLength is null)
        {
            return;
        }

        if (!hasTokenTargets)
        {
            throw new ArgumentException(
                $"{nameof(TrainerOptions.TruncationLength)} is for sequences with a target for each row; there "
                + (offsets is null ? "are no sequences." : $"is one for each {TargetName}."),
                name);
        }

        if (network.Plan.RecurrentWidth == 0)
        {
            throw new ArgumentException(
                $"{nameof(TrainerOptions.TruncationLength)} is for networks with a recurrent layer; this network has none.", name);
        }

        if (network.Plan.Nodes.FirstOrDefault(node => node.ReadsSequences
            && node.Layer is not RecurrentDirection<T> { IsReverse: false }) is { } reader)
        {
            throw new ArgumentException(
                $"The layer '{reader.Name}' reads whole sequences; {nameof(TrainerOptions.TruncationLength)} is for recurrent layers in "
                + "one direction.",
                name);
        }
    }

    private static int[] Copy(SequenceOffsets sequences, int rows)
    {
        if (sequences.Rows != rows || !sequences.HasValue)
        {
            throw new ArgumentException(
                $"The sequences have {sequences.Rows} rows together; there are {rows} rows of features.", nameof(sequences));
        }

        CheckLengths(sequences.AsSpan());
        return sequences.AsSpan().ToArray();
    }

    private static void CheckLengths(ReadOnlySpan<int> offsets)
    {
        for (int sequence = 1; sequence < offsets.Length; sequence++)
        {
            if (offsets[sequence] == offsets[sequence - 1])
            {
                throw new ArgumentException($"Sequence {sequence - 1} has no row.", "sequences");
            }
        }
    }

    private static TensorBuffer<T> Convert(int[] ids)
    {
        var numbers = new TensorBuffer<T>(ids.Length, 1);
        for (int row = 0; row < ids.Length; row++)
        {
            numbers.Span[row] = T.CreateTruncating(ids[row]);
            if (double.CreateTruncating(numbers.Span[row]) != ids[row])
            {
                throw new InvalidOperationException($"{typeof(T).Name} has no number {ids[row]}.");
            }
        }

        return numbers;
    }

    /// <summary>Whether targets are those of rows; where each sequence has a single row, they are also those of sequences.</summary>
    private static bool HaveTokens(SequenceOffsets sequences, int targets, string name) =>
        targets == sequences.Count || targets == sequences.Rows
            ? targets != sequences.Count
            : throw new ArgumentException(
                $"There are {targets} targets for {sequences.Count} sequences of {sequences.Rows} rows together; there must be one for "
                + "each sequence, or one for each row.",
                name);
}
