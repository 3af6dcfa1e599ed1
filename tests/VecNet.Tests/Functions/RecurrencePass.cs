using System.Numerics;

namespace VecNet.Tests;

/// <summary>Both passes of <see cref="Recurrence"/> with their memory; what is written holds NaN before.</summary>
internal sealed class RecurrencePass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public RecurrencePass(
        RecurrentCell cell,
        TensorBuffer<T> input,
        int[] offsets,
        bool isReverse,
        TensorBuffer<T>? inputWeights,
        TensorBuffer<T>? hiddenWeights,
        TensorBuffer<T>? inputBias,
        TensorBuffer<T>? hiddenBias,
        TensorBuffer<T>? initialHidden,
        TensorBuffer<T>? initialCell,
        int threads = 1)
    {
        (Cell, Input, Offsets, IsReverse, Threads) = (cell, input, offsets, isReverse, threads);
        (InputWeights, HiddenWeights, InputBias, HiddenBias) = (inputWeights!, hiddenWeights!, inputBias, hiddenBias);
        (InitialHidden, InitialCell) = (initialHidden, initialCell);
        (int rows, int sequences, int hidden) = (input.Rows, offsets.Length - 1, hiddenWeights!.Rows);
        bool hasCell = cell == RecurrentCell.Lstm;
        Output = Poisoned(rows, hidden);
        FinalHidden = Poisoned(sequences, hidden);
        FinalCell = hasCell ? Poisoned(sequences, hidden) : null;
        Saved = Poisoned(rows, Recurrence.GetSavedWidth(cell, hidden));
        Scratch = Poisoned(rows, Recurrence.GetScratchWidth(cell, input.Columns, hidden));
        Transposed = Poisoned(inputWeights!.Columns, hidden);
        GradInput = Poisoned(rows, input.Columns);
        GradInputWeights = Poisoned(inputWeights.Rows, inputWeights.Columns);
        GradHiddenWeights = Poisoned(hidden, inputWeights.Columns);
        GradInputBias = Poisoned(1, inputWeights.Columns);
        GradHiddenBias = Poisoned(1, inputWeights.Columns);
        GradInitialHidden = Poisoned(sequences, hidden);
        GradInitialCell = hasCell ? Poisoned(sequences, hidden) : null;
    }

    public RecurrentCell Cell { get; set; }

    public TensorBuffer<T> Input { get; }

    public int[] Offsets { get; set; }

    public bool IsReverse { get; }

    public int Threads { get; set; }

    public bool IsInference { get; set; }

    public TensorBuffer<T> InputWeights { get; set; }

    public TensorBuffer<T> HiddenWeights { get; set; }

    public TensorBuffer<T>? InputBias { get; set; }

    public TensorBuffer<T>? HiddenBias { get; set; }

    public TensorBuffer<T>? InitialHidden { get; set; }

    public TensorBuffer<T>? InitialCell { get; set; }

    public TensorBuffer<T> Output { get; set; }

    public TensorBuffer<T>? FinalHidden { get; set; }

    public TensorBuffer<T>? FinalCell { get; set; }

    public TensorBuffer<T> Saved { get; set; }

    public TensorBuffer<T> Scratch { get; set; }

    /// <summary>Memory for the transposed hidden weights, which need not be.</summary>
    public TensorBuffer<T>? Transposed { get; set; }

    public TensorBuffer<T> GradInput { get; set; }

    public TensorBuffer<T> GradInputWeights { get; set; }

    public TensorBuffer<T> GradHiddenWeights { get; set; }

    public TensorBuffer<T>? GradInputBias { get; set; }

    public TensorBuffer<T>? GradHiddenBias { get; set; }

    public TensorBuffer<T>? GradInitialHidden { get; set; }

    public TensorBuffer<T>? GradInitialCell { get; set; }

    /// <summary>A pass of random values with an initial state.</summary>
    public static RecurrencePass<T> Random(
        RecurrentCell cell, int[] offsets, bool isReverse, int features, int hidden, int threads = 1)
    {
        int width = hidden * (cell == RecurrentCell.Lstm ? 4 : cell == RecurrentCell.Gru ? 3 : 1);
        return new(
            cell, RandomValues(offsets[^1], features, 1), offsets, isReverse,
            RandomValues(features, width, 2), RandomValues(hidden, width, 3), RandomValues(1, width, 4), RandomValues(1, width, 5),
            RandomValues(offsets.Length - 1, hidden, 6), cell == RecurrentCell.Lstm ? RandomValues(offsets.Length - 1, hidden, 7) : null,
            threads);
    }

    public static TensorBuffer<T> RandomValues(int rows, int columns, ulong seed)
    {
        var random = new SplitMix64(seed);
        var buffer = new TensorBuffer<T>(rows, columns);
        foreach (ref T element in buffer.Span)
        {
            element = T.CreateTruncating(random.NextDouble() - 0.5);
        }

        return buffer;
    }

    /// <summary>One of the sequences alone.</summary>
    public RecurrencePass<T> OfSequence(int sequence)
    {
        (int first, int count) = (Offsets[sequence], Offsets[sequence + 1] - Offsets[sequence]);
        return OfRows(first, count, State(InitialHidden), State(InitialCell));

        TensorBuffer<T>? State(TensorBuffer<T>? of) => of is null ? null : TensorBuffer.Copy<T>(of.View.SliceRows(sequence, 1));
    }

    /// <summary>Some rows as a sequence, from the given state or that of this pass.</summary>
    public RecurrencePass<T> OfRows(int first, int count, TensorBuffer<T>? hidden = null, TensorBuffer<T>? cell = null) => new(
        Cell, TensorBuffer.Copy<T>(Input.View.SliceRows(first, count)), [0, count], IsReverse,
        InputWeights, HiddenWeights, InputBias, HiddenBias, hidden ?? InitialHidden, cell ?? InitialCell);

    public void Forward()
    {
        Recurrence.Forward(
            Cell, Input.View, new(Offsets), Weights, new(View(InitialHidden), View(InitialCell)), Output.View,
            new(View(FinalHidden), View(FinalCell)), Saved.View, Scratch.View, IsReverse, Threads, IsInference);
    }

    public void Backward(
        TensorBuffer<T> gradOutput,
        TensorBuffer<T>? gradFinalHidden = null,
        TensorBuffer<T>? gradFinalCell = null,
        bool poison = true)
    {
        if (poison)
        {
            Scratch.Span.Fill(T.NaN);
        }

        Backward(gradOutput, gradFinalHidden, gradFinalCell, View(Transposed));
    }

    /// <summary>The same with the given memory for the transposed weights.</summary>
    public void Backward(
        TensorBuffer<T> gradOutput, TensorBuffer<T>? gradFinalHidden, TensorBuffer<T>? gradFinalCell, TensorView<T> transposed) =>
        Recurrence.Backward(
            Cell, Input.View, new(Offsets), Weights, new(View(InitialHidden), View(InitialCell)), Saved.View, gradOutput.View,
            new(View(gradFinalHidden), View(gradFinalCell)), GradInput.View,
            new(GradInputWeights.View, GradHiddenWeights.View, View(GradInputBias), View(GradHiddenBias)),
            new(View(GradInitialHidden), View(GradInitialCell)), Scratch.View, IsReverse, threads: Threads,
            transposedWeights: transposed);

    /// <summary>Everything that both passes wrote, but for the memory between them.</summary>
    public T[] Results() =>
    [
        .. Output.Span, .. FinalHidden!.Span, .. View(FinalCell).ToArray(), .. GradInput.Span, .. GradInputWeights.Span,
        .. GradHiddenWeights.Span, .. GradInputBias!.Span, .. GradHiddenBias!.Span, .. GradInitialHidden!.Span,
        .. View(GradInitialCell).ToArray(),
    ];

    private RecurrentWeights<T> Weights => new(InputWeights.View, HiddenWeights.View, View(InputBias), View(HiddenBias));

    private static TensorView<T> View(TensorBuffer<T>? buffer) => buffer is null ? default : buffer.View;

    private static TensorBuffer<T> Poisoned(int rows, int columns)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        buffer.Span.Fill(T.NaN);
        return buffer;
    }
}
