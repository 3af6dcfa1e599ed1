using System.Numerics;
using static VecNet.Tests.Access;

namespace VecNet.Tests;

/// <summary>The passes of recurrent layers, with initial and final states.</summary>
/// <remarks>
/// Sequences have at most two rows: with weights of up to 3, an error would double from step to step. The backward pass gets positive
/// numbers up to 1 for what the forward pass saved.
/// </remarks>
internal static class RecurrentOperations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The scratch memory of the calls on a thread, as for attention.</summary>
    [ThreadStatic]
    private static TensorBuffer<T>? scratch;

    public static IEnumerable<Operation<T>> All => Enum.GetValues<RecurrentCell>().SelectMany(cell => (IEnumerable<Operation<T>>)
    [
        Forward(cell, isReverse: false), Forward(cell, isReverse: true), Backward(cell, isReverse: false), Backward(cell, isReverse: true),
    ]);

    /// <summary>Lengths 2, 1, 0, 2, 1, 0 and so on; at least one sequence.</summary>
    private static int[] Offsets(int rows)
    {
        List<int> offsets = [0, Math.Min(2, rows)];
        while (offsets[^1] < rows)
        {
            offsets.Add(Math.Min(rows, offsets[^1] + (offsets.Count % 3)));
        }

        return [.. offsets];
    }

    private static Operation<T> Forward(RecurrentCell cell, bool isReverse) => new(
        $"Recurrence.Forward, {cell}{(isReverse ? " in reverse on three threads" : "")}",
        s =>
        [
            .. Inputs(s, cell), new("output", s.Rows, s.Outputs, Write), .. States(s, cell, "final", Write),
            new("saved", s.Rows, Recurrence.GetSavedWidth(cell, s.Outputs), Write),
        ],
        s =>
        {
            int[] offsets = Offsets(s.Rows);
            bool hasCell = cell == RecurrentCell.Lstm;
            return x =>
            {
                int at = hasCell ? 7 : 6;
                Recurrence.Forward(
                    cell, x[0], new(offsets), new(x[1], x[2], x[3], x[4]), new(x[5], hasCell ? x[6] : default), x[at],
                    new(x[at + 1], hasCell ? x[at + 2] : default), x[at + (hasCell ? 3 : 2)], Scratch(s, cell), isReverse,
                    isReverse ? 3 : 1);
            };
        }) { Least = new(0, 1, 1) };

    /// <summary>In reverse, gradients are accumulated.</summary>
    private static Operation<T> Backward(RecurrentCell cell, bool isReverse) => new(
        $"Recurrence.Backward, {cell}{(isReverse ? " in reverse, accumulated" : "")}",
        s =>
        [
            .. Inputs(s, cell),
            new("saved", s.Rows, Recurrence.GetSavedWidth(cell, s.Outputs), Read, IsPositive: true),
            new("gradOutput", s.Rows, s.Outputs, Read), .. States(s, cell, "gradFinal", Read),
            new("gradInput", s.Rows, s.Columns, Write), .. Parameters(s, cell, "grad", isReverse ? Update : Write),
            .. States(s, cell, "gradInitial", Write),
        ],
        s =>
        {
            int[] offsets = Offsets(s.Rows);
            bool hasCell = cell == RecurrentCell.Lstm;
            return x =>
            {
                int at = hasCell ? 7 : 6;
                int states = at + 2, gradients = states + (hasCell ? 2 : 1);
                Recurrence.Backward(
                    cell, x[0], new(offsets), new(x[1], x[2], x[3], x[4]), new(x[5], hasCell ? x[6] : default), x[at], x[at + 1],
                    new(x[states], hasCell ? x[states + 1] : default), x[gradients],
                    new(x[gradients + 1], x[gradients + 2], x[gradients + 3], x[gradients + 4]),
                    new(x[gradients + 5], hasCell ? x[gradients + 6] : default), Scratch(s, cell), isReverse, accumulate: isReverse);
            };
        }) { Least = new(0, 1, 1) };

    private static Operand[] Inputs(Sizes s, RecurrentCell cell) =>
        [new("input", s.Rows, s.Columns, Read), .. Parameters(s, cell, "", Read), .. States(s, cell, "initial", Read)];

    private static Operand[] Parameters(Sizes s, RecurrentCell cell, string prefix, Access access)
    {
        int width = Recurrence.GetGates(cell) * s.Outputs;
        return
        [
            new($"{prefix}InputWeights", s.Columns, width, access), new($"{prefix}HiddenWeights", s.Outputs, width, access),
            new($"{prefix}InputBias", 1, width, access), new($"{prefix}HiddenBias", 1, width, access),
        ];
    }

    private static Operand[] States(Sizes s, RecurrentCell cell, string prefix, Access access)
    {
        int sequences = Offsets(s.Rows).Length - 1;
        Operand hidden = new($"{prefix}Hidden", sequences, s.Outputs, access);
        return cell == RecurrentCell.Lstm ? [hidden, hidden with { Name = $"{prefix}Cell" }] : [hidden];
    }

    private static TensorView<T> Scratch(Sizes s, RecurrentCell cell)
    {
        int width = Recurrence.GetScratchWidth(cell, s.Columns, s.Outputs);
        if (scratch is null || scratch.Length < s.Rows * width)
        {
            scratch = new(s.Rows, width);
        }

        return new(scratch.Span, s.Rows, width);
    }
}
