using System.Numerics;

namespace VecNet.Tests;

/// <summary>Recurrent layers against PyTorch's values, and what they promise about bits, memory and what is refused.</summary>
public abstract class RecurrenceTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly (string File, RecurrentCell Cell)[] Files =
    [
        ("sequences/lstm", RecurrentCell.Lstm), ("sequences/gru", RecurrentCell.Gru), ("sequences/rnn_tanh", RecurrentCell.Rnn),
    ];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((string file, _) in Files)
            {
                foreach (TheoryDataRow<string> name in GoldenFile.Load(file).CasesFor<T>())
                {
                    data.Add(file, name.Data);
                }
            }

            return data;
        }
    }

    public static MatrixTheoryData<RecurrentCell, bool> Passes { get; } = new(Enum.GetValues<RecurrentCell>(), [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layers_in_one_or_both_directions_equal_PyTorch(string file, string name)
    {
        GoldenCase @case = GoldenFile.Load(file).Case(name);
        RecurrentCell cell = Files.Single(entry => entry.File == file).Cell;
        int hidden = @case.WholeNumber("hidden"), layers = @case.WholeNumber("layers");
        bool[] directions = @case.Flag("bidirectional") ? [false, true] : [false];
        int[] offsets = @case.Inputs["offsets"].Indices();
        TensorBuffer<T> input = @case.Inputs["x"].ToBuffer<T>();
        var passes = new RecurrencePass<T>[layers, directions.Length];
        for (int layer = 0; layer < layers; layer++)
        {
            var output = new TensorBuffer<T>(input.Rows, directions.Length * hidden);
            for (int d = 0; d < directions.Length; d++)
            {
                string suffix = $"_l{layer}{(directions[d] ? "_reverse" : "")}";
                passes[layer, d] = new(
                    cell, input, offsets, directions[d],
                    Of("W_ih" + suffix), Of("W_hh" + suffix), Of("b_ih" + suffix), Of("b_hh" + suffix),
                    State(@case.Inputs, "h0", (layer * directions.Length) + d), State(@case.Inputs, "c0", (layer * directions.Length) + d));
                passes[layer, d].Forward();
                passes[layer, d].Output.View.CopyTo(output.View.SliceColumns(d * hidden, hidden));
                AssertState("h_n", (layer * directions.Length) + d, passes[layer, d].FinalHidden);
                AssertState("c_n", (layer * directions.Length) + d, passes[layer, d].FinalCell);
            }

            input = output;
        }

        @case.AssertOutput("y", input.View.AsReadOnly());
        TensorBuffer<T> gradient = @case.Upstream.TryGetValue("y", out GoldenTensor? upstream)
            ? upstream.ToBuffer<T>()
            : new(input.Rows, input.Columns);
        for (int layer = layers - 1; layer >= 0; layer--)
        {
            TensorBuffer<T>? gradInput = null;
            for (int d = 0; d < directions.Length; d++)
            {
                int state = (layer * directions.Length) + d;
                RecurrencePass<T> pass = passes[layer, d];
                pass.Backward(
                    TensorBuffer.Copy<T>(gradient.View.SliceColumns(d * hidden, hidden)),
                    State(@case.Upstream, "h_n", state), State(@case.Upstream, "c_n", state));
                string suffix = $"_l{layer}{(directions[d] ? "_reverse" : "")}";
                AssertGradient("W_ih" + suffix, pass.GradInputWeights);
                AssertGradient("W_hh" + suffix, pass.GradHiddenWeights);
                AssertGradient("b_ih" + suffix, pass.GradInputBias);
                AssertGradient("b_hh" + suffix, pass.GradHiddenBias);
                AssertStateGradient("h0", state, pass.GradInitialHidden);
                AssertStateGradient("c0", state, pass.GradInitialCell);
                if (gradInput is null)
                {
                    gradInput = pass.GradInput;
                }
                else
                {
                    Elementwise.Add<T>(gradInput.View, pass.GradInput.View, gradInput.View);
                }
            }

            gradient = gradInput!;
        }

        @case.AssertGradient("x", gradient.View.AsReadOnly());

        TensorBuffer<T>? Of(string tensor) => @case.Inputs.TryGetValue(tensor, out GoldenTensor? values) ? values.ToBuffer<T>() : null;

        TensorBuffer<T>? State(IReadOnlyDictionary<string, GoldenTensor> tensors, string tensor, int index) =>
            tensors.TryGetValue(tensor, out GoldenTensor? values) ? values[index].ToBuffer<T>() : null;

        void AssertState(string tensor, int index, TensorBuffer<T>? actual)
        {
            if (@case.Outputs.TryGetValue(tensor, out GoldenTensor? expected))
            {
                @case.AssertClose(tensor, expected[index], actual!.View.AsReadOnly());
            }
        }

        void AssertGradient(string tensor, TensorBuffer<T>? actual)
        {
            if (@case.Gradients.ContainsKey(tensor))
            {
                @case.AssertGradient(tensor, actual!.View.AsReadOnly());
            }
        }

        void AssertStateGradient(string tensor, int index, TensorBuffer<T>? actual)
        {
            if (@case.Gradients.TryGetValue(tensor, out GoldenTensor? expected))
            {
                @case.AssertClose($"gradient of {tensor}", expected[index], actual!.View.AsReadOnly());
            }
        }
    }

    /// <summary>The bits of a sequence are the same alone, in a batch, in any order and on any number of threads.</summary>
    [Theory]
    [MemberData(nameof(Passes))]
    public void A_sequence_has_the_same_bits_alone_in_a_batch_and_on_several_threads(RecurrentCell cell, bool isReverse)
    {
        const int Features = 20, Hidden = 37;
        int[] offsets = [0, 5, 65, 65, 66, 100, 117];
        RecurrencePass<T> one = RecurrencePass<T>.Random(cell, offsets, isReverse, Features, Hidden);
        TensorBuffer<T> gradOutput = RecurrencePass<T>.RandomValues(offsets[^1], Hidden, 20);
        one.Forward();
        one.Backward(gradOutput);
        RecurrencePass<T> three = RecurrencePass<T>.Random(cell, offsets, isReverse, Features, Hidden, threads: 3);
        three.Forward();
        three.Transposed = null;
        three.Backward(gradOutput);
        Assert.Equal(one.Results(), three.Results());
        for (int s = 0; s < offsets.Length - 1; s++)
        {
            RecurrencePass<T> alone = one.OfSequence(s);
            alone.Forward();
            alone.Backward(TensorBuffer.Copy<T>(gradOutput.View.SliceRows(offsets[s], offsets[s + 1] - offsets[s])));
            Assert.Equal(Rows(one.Output), alone.Output.Span.ToArray());
            Assert.Equal(Rows(one.GradInput), alone.GradInput.Span.ToArray());
            Assert.Equal(one.FinalHidden!.View.Row(s).ToArray(), alone.FinalHidden!.Span.ToArray());
            Assert.Equal(one.GradInitialHidden!.View.Row(s).ToArray(), alone.GradInitialHidden!.Span.ToArray());
            if (cell == RecurrentCell.Lstm)
            {
                Assert.Equal(one.FinalCell!.View.Row(s).ToArray(), alone.FinalCell!.Span.ToArray());
                Assert.Equal(one.GradInitialCell!.View.Row(s).ToArray(), alone.GradInitialCell!.Span.ToArray());
            }

            T[] Rows(TensorBuffer<T> of) => of.View.SliceRows(offsets[s], offsets[s + 1] - offsets[s]).ToArray();
        }
    }

    /// <summary>Two halves of a sequence, the second from the final state of the first, are the whole sequence.</summary>
    [Theory]
    [MemberData(nameof(Passes))]
    public void A_final_state_continues_a_sequence(RecurrentCell cell, bool isReverse)
    {
        RecurrencePass<T> whole = RecurrencePass<T>.Random(cell, [0, 12], isReverse, 4, 6);
        whole.Forward();
        RecurrencePass<T> first = whole.OfRows(isReverse ? 5 : 0, isReverse ? 7 : 5);
        first.Forward();
        RecurrencePass<T> second = whole.OfRows(isReverse ? 0 : 5, isReverse ? 5 : 7, first.FinalHidden, first.FinalCell);
        second.Forward();
        Assert.Equal(
            whole.Output.Span.ToArray(),
            isReverse ? [.. second.Output.Span, .. first.Output.Span] : [.. first.Output.Span, .. second.Output.Span]);
        Assert.Equal(whole.FinalHidden!.Span.ToArray(), second.FinalHidden!.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(Passes))]
    public void NaN_stays_in_its_sequence_and_after_its_row(RecurrentCell cell, bool isReverse)
    {
        RecurrencePass<T> pass = RecurrencePass<T>.Random(cell, [0, 4, 9, 12], isReverse, 3, 5);
        pass.Input.View[6, 1] = T.NaN;
        pass.Forward();
        for (int row = 0; row < 12; row++)
        {
            bool isAfter = row is >= 4 and < 9 && (isReverse ? row <= 6 : row >= 6);
            Assert.All(pass.Output.View.Row(row).ToArray(), value => Assert.Equal(isAfter, T.IsNaN(value)));
        }
    }

    [Fact]
    public void Bad_operands_are_refused_by_name()
    {
        AssertRefused("input", p => p.Offsets = [0, 4, 8]);
        AssertRefused("weights.InputWeights", p => p.InputWeights = new(3, 19));
        AssertRefused("weights.HiddenWeights", p => p.HiddenWeights = new(5, 19));
        AssertRefused("weights", p => p.HiddenWeights = new(0, 0));
        AssertRefused("weights.InputBias", p => p.InputBias = new(1, 19));
        AssertRefused("weights.HiddenBias", p => p.HiddenBias = new(2, 20));
        AssertRefused("initialState.Hidden", p => p.InitialHidden = new(1, 5));
        AssertRefused("initialState.Cell", p => p.InitialCell = new(2, 4));
        AssertRefused("finalState.Hidden", p => p.FinalHidden = new(1, 5));
        AssertRefused("output", p => p.Output = new(9, 4));
        AssertRefused("saved", p => p.Saved = new(9, 29));
        AssertRefused("saved", p => p.Saved = new(8, 30));
        AssertRefused("scratch", p => p.Scratch = new(9, 2));
        AssertRefused("threads", p => p.Threads = 0);
        AssertRefused("cell", p => p.Cell = (RecurrentCell)3);
        AssertRefused("initialState.Cell", p =>
        {
            p.Cell = RecurrentCell.Rnn;
            p.InputWeights = new(3, 5);
            p.HiddenWeights = new(5, 5);
            p.InputBias = p.HiddenBias = null;
        });
        AssertRefusedBackward("saved", p => p.Saved = new(9, 29));
        AssertRefusedBackward("scratch", p => p.Scratch = new(9, 32));
        AssertRefusedBackward("gradInput", p => p.GradInput = new(9, 4));
        AssertRefusedBackward("gradWeights.InputWeights", p => p.GradInputWeights = new(3, 19));
        AssertRefusedBackward("gradWeights.HiddenWeights", p => p.GradHiddenWeights = new(4, 20));
        AssertRefusedBackward("gradWeights.InputBias", p => p.GradInputBias = new(1, 19));
        AssertRefusedBackward("gradWeights.HiddenBias", p => p.GradHiddenBias = new(1, 19));
        AssertRefusedBackward("gradInitialState.Hidden", p => p.GradInitialHidden = new(1, 5));
        AssertRefusedBackward("gradInitialState.Cell", p => p.GradInitialCell = new(2, 6));
        AssertRefusedBackward("transposedWeights", p => p.Transposed = new(5, 20));
        AssertRefusedBackward("gradOutput", _ => { }, new(9, 4));
        RecurrencePass<T> shared = Changed(_ => { });
        foreach (TensorBuffer<T> other in (TensorBuffer<T>[])[shared.HiddenWeights, shared.GradHiddenWeights, shared.Saved, shared.Scratch])
        {
            Assert.Throws<ArgumentException>(
                "transposedWeights", () => shared.Backward(new(9, 5), null, null, new TensorView<T>(other.Span, 20, 5)));
        }

        Assert.Throws<ArgumentOutOfRangeException>("hiddenSize", () => Recurrence.GetSavedWidth(RecurrentCell.Gru, 0));
        Assert.Throws<ArgumentOutOfRangeException>("cell", () => Recurrence.GetSavedWidth((RecurrentCell)(-1), 1));
        Assert.Throws<ArgumentOutOfRangeException>("inputFeatures", () => Recurrence.GetScratchWidth(RecurrentCell.Gru, -1, 1));

        static RecurrencePass<T> Changed(Action<RecurrencePass<T>> change)
        {
            RecurrencePass<T> pass = RecurrencePass<T>.Random(RecurrentCell.Lstm, [0, 4, 9], isReverse: false, 3, 5);
            change(pass);
            return pass;
        }

        static void AssertRefused(string name, Action<RecurrencePass<T>> change)
        {
            RecurrencePass<T> pass = Changed(change);
            Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(pass.Forward).ParamName);
        }

        static void AssertRefusedBackward(string name, Action<RecurrencePass<T>> change, TensorBuffer<T>? gradOutput = null)
        {
            RecurrencePass<T> pass = Changed(change);
            Assert.Equal(
                name, Assert.ThrowsAny<ArgumentException>(() => pass.Backward(gradOutput ?? new(9, 5), poison: false)).ParamName);
        }
    }
}

public sealed class RecurrenceFloatTests : RecurrenceTests<float>;

public sealed class RecurrenceDoubleTests : RecurrenceTests<double>;
