using System.Numerics;
using static VecNet.Tests.AttentionSamples;

namespace VecNet.Tests;

/// <summary>Attention against PyTorch's values, its plain definition, and what it promises about bits.</summary>
public abstract class AttentionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/multi_head_attention";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    /// <summary>The lengths around the borders of tiles.</summary>
    public static TheoryData<int, bool, bool> Lengths
    {
        get
        {
            var data = new TheoryData<int, bool, bool>();
            foreach (int length in (int[])[1, 2, 63, 64, 65, 130, 255, 256, 257, 321, 600])
            {
                data.Add(length, false, false);
                data.Add(length, true, length % 2 == 0);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Projected_attention_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        bool isCross = @case.Flag("cross");
        bool hasBias = @case.Flag("has_bias");
        TensorBuffer<T> queryRows = @case.Inputs[isCross ? "x_q" : "x"].ToBuffer<T>();
        TensorBuffer<T> keyRows = isCross ? @case.Inputs["x_kv"].ToBuffer<T>() : queryRows;
        int[] queryOffsets = @case.Inputs[isCross ? "offsets_q" : "offsets"].Indices();
        int[] keyOffsets = isCross ? @case.Inputs["offsets_kv"].Indices() : queryOffsets;
        var options = new AttentionOptions
        {
            Heads = @case.WholeNumber("heads"),
            IsCausal = @case.Flag("causal"),
            AlibiSlopes = @case.Numbers("alibi_slopes"),
        };
        Projection q = new(@case, queryRows, "q", hasBias), k = new(@case, keyRows, "k", hasBias), v = new(@case, keyRows, "v", hasBias);
        var attention = new AttentionPass<T>(q.Output, k.Output, v.Output, queryOffsets, keyOffsets, options, threads: 1);
        @case.AssertOutput("attended", attention.Output.View.AsReadOnly());
        @case.AssertOutput("logsumexp", attention.LogSumExp.View.AsReadOnly());
        var o = new Projection(@case, attention.Output, "o", hasBias);
        @case.AssertOutput("y", o.Output.View.AsReadOnly());

        TensorBuffer<T> gradAttended = o.Backward(@case.Upstream["y"].ToBuffer<T>());
        (TensorBuffer<T> gradQ, TensorBuffer<T> gradK, TensorBuffer<T> gradV) = attention.Backward(gradAttended);
        TensorBuffer<T> gradQueryRows = q.Backward(gradQ), gradKeyRows = k.Backward(gradK), gradOfValues = v.Backward(gradV);
        Elementwise.Add<T>(gradKeyRows.View, gradOfValues.View, gradKeyRows.View);
        if (isCross)
        {
            @case.AssertGradient("x_kv", gradKeyRows.View.AsReadOnly());
        }
        else
        {
            Elementwise.Add<T>(gradQueryRows.View, gradKeyRows.View, gradQueryRows.View);
        }

        @case.AssertGradient(isCross ? "x_q" : "x", gradQueryRows.View.AsReadOnly());
        foreach (Projection projection in (Projection[])[q, k, v, o])
        {
            projection.AssertGradients();
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Tiles_give_the_values_of_the_plain_definition(int length, bool isCausal, bool hasBiases)
    {
        int[] offsets = [0, length, length, length + 3];
        var options = new AttentionOptions
        {
            Heads = 2, IsCausal = isCausal, Scale = 0.7, AlibiSlopes = hasBiases ? [0.25, 0.03] : null,
        };
        TensorBuffer<T> q = Random<T>(length + 3, 6, 1), k = Random<T>(length + 3, 6, 2), v = Random<T>(length + 3, 10, 3);
        TensorBuffer<T> g = Random<T>(length + 3, 10, 4);
        var attention = new AttentionPass<T>(q, k, v, offsets, offsets, options, threads: 1);
        (TensorBuffer<T> gradQ, TensorBuffer<T> gradK, TensorBuffer<T> gradV) = attention.Backward(g);
        var reference = new AttentionReference(Plain(q), Plain(k), Plain(v), offsets, options, Plain(g));
        AssertClose(reference.Output, attention.Output, "y");
        AssertClose(reference.GradQuery, gradQ, "∂L/∂q");
        AssertClose(reference.GradKey, gradK, "∂L/∂k");
        AssertClose(reference.GradValue, gradV, "∂L/∂v");
    }

    /// <summary>The bits of a sequence are the same alone, in a batch, and on any number of threads.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sequence_has_the_same_bits_alone_in_a_batch_and_on_several_threads(bool isCausal)
    {
        int[] offsets = [0, 5, 305, 305, 306, 400];
        var options = new AttentionOptions { Heads = 3, IsCausal = isCausal };
        TensorBuffer<T> q = Random<T>(400, 24, 1), k = Random<T>(400, 24, 2), v = Random<T>(400, 24, 3), g = Random<T>(400, 24, 4);
        var one = new AttentionPass<T>(q, k, v, offsets, offsets, options, threads: 1);
        (TensorBuffer<T> gradQ, TensorBuffer<T> gradK, TensorBuffer<T> gradV) = one.Backward(g);
        var three = new AttentionPass<T>(q, k, v, offsets, offsets, options, threads: 3);
        Assert.Equal(one.Output.Span.ToArray(), three.Output.Span.ToArray());
        (TensorBuffer<T> GradQ, TensorBuffer<T> GradK, TensorBuffer<T> GradV) ofThree = three.Backward(g);
        Assert.Equal(gradQ.Span.ToArray(), ofThree.GradQ.Span.ToArray());
        Assert.Equal(gradK.Span.ToArray(), ofThree.GradK.Span.ToArray());
        Assert.Equal(gradV.Span.ToArray(), ofThree.GradV.Span.ToArray());
        for (int s = 0; s < offsets.Length - 1; s++)
        {
            (int first, int count) = (offsets[s], offsets[s + 1] - offsets[s]);
            var alone = new AttentionPass<T>(Rows(q), Rows(k), Rows(v), [0, count], [0, count], options, threads: 1);
            Assert.Equal(Rows(one.Output).Span.ToArray(), alone.Output.Span.ToArray());
            (TensorBuffer<T> GradQ, TensorBuffer<T> GradK, TensorBuffer<T> GradV) ofAlone = alone.Backward(Rows(g));
            Assert.Equal(Rows(gradQ).Span.ToArray(), ofAlone.GradQ.Span.ToArray());
            Assert.Equal(Rows(gradK).Span.ToArray(), ofAlone.GradK.Span.ToArray());
            Assert.Equal(Rows(gradV).Span.ToArray(), ofAlone.GradV.Span.ToArray());

            TensorBuffer<T> Rows(TensorBuffer<T> of)
            {
                var rows = new TensorBuffer<T>(count, of.Columns);
                of.View.SliceRows(first, count).CopyTo(rows.View);
                return rows;
            }
        }
    }

    /// <summary>One of the four products of a golden case.</summary>
    private sealed class Projection
    {
        private readonly GoldenCase @case;
        private readonly TensorBuffer<T> input;
        private readonly string name;
        private readonly bool hasBias;
        private readonly TensorBuffer<T> weights;
        private TensorBuffer<T>? gradWeights;
        private TensorBuffer<T>? gradBias;

        public Projection(GoldenCase @case, TensorBuffer<T> input, string name, bool hasBias)
        {
            (this.@case, this.input, this.name, this.hasBias) = (@case, input, name, hasBias);
            weights = @case.Inputs[$"W{name}"].ToBuffer<T>();
            TensorBuffer<T> bias = hasBias ? @case.Inputs[$"b{name}"].ToBuffer<T>() : new(1, weights.Columns);
            Output = new(input.Rows, weights.Columns);
            FullyConnected.Forward<T>(input.View, weights.View, bias.View, Output.View);
        }

        public TensorBuffer<T> Output { get; }

        public TensorBuffer<T> Backward(TensorBuffer<T> gradOutput)
        {
            var gradInput = new TensorBuffer<T>(input.Rows, input.Columns);
            gradWeights = new(weights.Rows, weights.Columns);
            gradBias = new(1, weights.Columns);
            FullyConnected.Backward<T>(input.View, weights.View, gradOutput.View, gradInput.View, gradWeights.View, gradBias.View);
            return gradInput;
        }

        public void AssertGradients()
        {
            @case.AssertGradient($"W{name}", gradWeights!.View.AsReadOnly());
            if (hasBias)
            {
                @case.AssertGradient($"b{name}", gradBias!.View.AsReadOnly());
            }
        }
    }
}

public sealed class AttentionFloatTests : AttentionTests<float>;

public sealed class AttentionDoubleTests : AttentionTests<double>;
