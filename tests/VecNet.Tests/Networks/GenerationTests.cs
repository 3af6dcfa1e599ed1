using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Sequences that are continued row by row, and the tokens that are drawn from the outputs.</summary>
public sealed class GenerationTests
{
    private const int Tokens = 11;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Random networks, lengths and parts: the outputs of a pass of the whole sequence, to the rounding of sums in another order.
    /// </summary>
    [Property(MaxTest = 100)]
    public void Outputs_are_those_of_the_whole_sequence(ulong seed)
    {
        OutputsAreThoseOfTheWhole<double>(seed, 1e-12);
        OutputsAreThoseOfTheWhole<float>(seed, 2e-4);
    }

    /// <summary>Longer than a tile of keys, part by part at every place of the tiles' ends.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Outputs_are_those_of_the_whole_across_tiles(bool alibi, bool rotary)
    {
        NeuralNetwork<double> network = Network<double>(new SelfAttention<double>(2, causal: true, alibi, rotary ? new() : null));
        int[] tokens = Sequence(580, 3);
        var generator = new Generator<double>(network);
        foreach (int part in new[] { 1, 62, 64, 65, 63, 200 })
        {
            generator.Reset();
            for (int read = 0; read < tokens.Length; read += part)
            {
                int count = int.Min(part, tokens.Length - read);
                AssertClose(Whole(network, tokens.AsSpan(0, read + count)), generator.Append(tokens.AsSpan(read, count)), 1e-12);
            }
        }

        Assert.Equal((580, 1024), (generator.Length, generator.Context));
    }

    [Fact]
    public void The_same_seed_draws_the_same_tokens_on_any_number_of_threads()
    {
        NeuralNetwork<float> network = Gpt(positions: 24);
        var options = new GenerationOptions { MaxTokens = 100, Temperature = 1.3, TopK = 9, TopP = 0.95, Seed = 5 };
        int[] expected = [.. new Generator<float>(network).Generate([1, 2], options)];
        Assert.Equal(100, expected.Length);
        Assert.NotEqual(expected, new Generator<float>(network).Generate([1, 2], options with { Seed = 6 }));
        Concurrently.Run(6, number =>
        {
            var generator = new Generator<float>(network) { Threads = 1 + (number % 3) };
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(expected, generator.Generate([1, 2], options));
            }
        });
    }

    [Fact]
    public async Task Asynchronous_generation_gives_the_same_tokens_and_can_be_canceled()
    {
        NeuralNetwork<float> network = Gpt(positions: 24);
        var options = new GenerationOptions { MaxTokens = 40, Seed = 5 };
        int[] expected = [.. new Generator<float>(network).Generate([1, 2], options)];
        List<int> tokens = [];
        await foreach (int token in new Generator<float>(network).GenerateAsync(new[] { 1, 2 }, options, Token))
        {
            tokens.Add(token);
        }

        Assert.Equal(expected, tokens);
        using var stop = new CancellationTokenSource();
        tokens.Clear();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int token in new Generator<float>(network).GenerateAsync(new[] { 1, 2 }, options, stop.Token))
            {
                tokens.Add(token);
                if (tokens.Count == 7)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Assert.Equal(expected[..7], tokens);
    }

    /// <summary>Each token is the most probable one after the tokens so far, or after the second half of a full context.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    public void A_full_context_goes_on_with_its_second_half(int context)
    {
        NeuralNetwork<float> network = Gpt(positions: 16);
        var generator = new Generator<float>(network, context);
        List<int> inContext = [3];
        foreach (int token in generator.Generate([3], new() { Temperature = 0, MaxTokens = 60 }))
        {
            float[] outputs = Whole(network, [.. inContext]);
            Assert.Equal(outputs.IndexOf(outputs.Max()), token);
            if (inContext.Count == context)
            {
                inContext.RemoveRange(0, context - (context / 2));
            }

            inContext.Add(token);
        }

        Assert.InRange(generator.Length, 1, context + 1);
    }

    [Fact]
    public void Of_a_long_prompt_the_last_tokens_are_read()
    {
        NeuralNetwork<float> network = Gpt(positions: 16);
        int[] prompt = Sequence(50, 1);
        Assert.Equal(
            new Generator<float>(network).Generate(prompt.AsSpan(^16..)).Take(5), new Generator<float>(network).Generate(prompt).Take(5));
    }

    [Fact]
    public void Recurrent_layers_carry_their_state_without_a_limit()
    {
        NeuralNetwork<double> network = Network<double>(new Lstm<double>(6, layers: 2), new Gru<double>(5), new Rnn<double>(5));
        var generator = new Generator<double>(network);
        int[] tokens = Sequence(3000, 2);
        generator.Append(tokens.AsSpan(0, 1999));
        for (int i = 1999; i < 2050; i++)
        {
            generator.Append([tokens[i]]);
        }

        AssertClose(Whole(network, tokens.AsSpan(0, 2051)), generator.Append([tokens[2050]]), 1e-12);
        Assert.Equal((int.MaxValue, 2051), (generator.Context, generator.Length));
        Assert.True(generator.Bytes < 200_000);
    }

    [Fact]
    public void Generation_ends_before_a_stop_token_and_at_the_limit()
    {
        NeuralNetwork<float> network = Gpt(positions: 64);
        var generator = new Generator<float>(network);
        int[] all = [.. generator.Generate([1], new() { MaxTokens = 30, Seed = 2 })];
        Assert.Equal(30, all.Length);
        Assert.False(generator.TryNext(out _));
        int[] stopped = [.. generator.Generate([1], new() { MaxTokens = 30, Seed = 2, StopTokens = [all[12]] })];
        Assert.Equal(all.TakeWhile(token => token != all[12]), stopped);
        Assert.False(generator.TryNext(out _));
        Assert.Empty(generator.Generate([1], new() { MaxTokens = 0 }));
    }

    /// <summary>Two generations with one generator would otherwise silently mix their tokens.</summary>
    [Fact]
    public async Task A_generation_does_not_go_on_with_the_tokens_of_a_later_one()
    {
        var generator = new Generator<float>(Gpt(positions: 64));
        using IEnumerator<int> first = generator.Generate([1]).GetEnumerator();
        Assert.True(first.MoveNext());
        await using IAsyncEnumerator<int> second = generator.GenerateAsync(new[] { 2 }, cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await second.MoveNextAsync());
        Assert.Contains("begun anew", Assert.Throws<InvalidOperationException>(() => first.MoveNext()).Message);
        Assert.True(await second.MoveNextAsync());
        generator.Begin([3]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.MoveNextAsync().AsTask());
    }

    /// <summary>A token that was drawn belongs to the context, whether or not a pass has read it.</summary>
    [Fact]
    public void Tokens_can_be_appended_to_generated_ones()
    {
        NeuralNetwork<double> network = Network<double>(new SelfAttention<double>(2, causal: true));
        var generator = new Generator<double>(network);
        generator.Begin([1, 2], new() { Seed = 3 });
        Assert.True(generator.TryNext(out int first));
        Assert.True(generator.TryNext(out int second));
        Assert.Equal(4, generator.Length);
        AssertClose(Whole(network, [1, 2, first, second, 5]), generator.Append([5]), 1e-12);
        Assert.Equal(5, generator.Length);
    }

    [Theory]
    [InlineData("float")]
    [InlineData("double")]
    public void A_warm_token_allocates_nothing(string type)
    {
        if (type == "float")
        {
            AllocatesNothing<float>();
        }
        else
        {
            AllocatesNothing<double>();
        }
    }

    [Fact]
    public void Networks_that_cannot_generate_are_rejected()
    {
        Rejects("'1.heads.attention_heads' cannot continue", new SelfAttention<float>(2));
        Rejects("recurrent_direction' cannot continue", new Gru<float>(3, bidirectional: true));
        Rejects("conv1d' cannot continue", new Conv1d<float>(3, 3, Conv1dPadding.Causal));
        Rejects("sequence_pooling' cannot continue", new SequencePooling<float>(PoolingMode.Last));
        Rejects("last layer is Softmax", new FullyConnectedLayer<float>(Tokens), new Softmax<float>());
        Assert.Contains("2 numbers", Refusal(new NeuralNetwork<float>(2, [new Tanh<float>()])));
        Assert.Contains(
            "has 3 entries", Refusal(new NeuralNetwork<float>(1, [new Embedding<float>(3, 4), new FullyConnectedLayer<float>(5)])));
        Assert.Throws<ArgumentOutOfRangeException>("context", () => new Generator<float>(Gpt(8), 9));
        Assert.Throws<ArgumentOutOfRangeException>("context", () => new Generator<float>(Gpt(8), 0));

        static void Rejects(string part, params ILayer<float>[] layers) =>
            Assert.Contains(part, Refusal(new NeuralNetwork<float>(1, [new Embedding<float>(Tokens, 4), .. layers])));

        static string Refusal(NeuralNetwork<float> network) =>
            Assert.Throws<ArgumentException>(nameof(network), () => new Generator<float>(network)).Message;
    }

    [Fact]
    public void A_user_s_layer_keeps_what_it_needs()
    {
        NeuralNetwork<double> network = Network(new SumSoFar(), new SelfAttention<double>(2, causal: true), new SumSoFar());
        var generator = new Generator<double>(network, context: 40);
        int[] tokens = Sequence(40, 7);
        for (int i = 0; i < tokens.Length; i += 4)
        {
            AssertClose(Whole(network, tokens.AsSpan(0, i + 4)), generator.Append(tokens.AsSpan(i, 4)), 1e-12);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).AddKept(1, Extent.PerSequence));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerDeclaration(1).AddKept(0));
        Assert.Throws<InvalidOperationException>(() => Whole(Network(new SumSoFar(alwaysKeeps: true)), [1]));
    }

    [Fact]
    public void Tokens_and_options_out_of_range_are_rejected_and_the_generator_stays_usable()
    {
        NeuralNetwork<float> network = Gpt(positions: 8);
        var generator = new Generator<float>(network);
        Assert.Throws<InvalidOperationException>(() => generator.Logits.Length);
        Assert.Throws<ArgumentException>("tokens", () => generator.Append([]).Length);
        Assert.Throws<ArgumentException>("tokens", () => generator.Append(new int[9]).Length);
        Assert.False(generator.TryNext(out _));
        generator.Append([1, 2, 3]);
        Assert.Throws<ArgumentException>("tokens", () => generator.Append(new int[6]).Length);
        Assert.Equal(3, generator.Length);
        Assert.ThrowsAny<ArgumentException>(() => generator.Append([Tokens]).Length);
        Assert.Equal(0, generator.Length);
        Assert.Equal(Whole(network, [1, 2]), generator.Append([1, 2]).ToArray());
        GenerationOptions[] wrong =
        [
            new() { MaxTokens = -1 }, new() { Temperature = -0.1 }, new() { Temperature = double.NaN }, new() { TopK = 0 },
            new() { TopP = 0 }, new() { TopP = 1.1 }, new() { TopP = double.NaN }, new() { StopTokens = [Tokens] },
        ];
        Assert.All(wrong, options => Assert.Throws<ArgumentOutOfRangeException>(nameof(options), () => generator.Begin([1], options)));
        network.Parameters.Fill(float.NaN);
        generator.Begin([1]);
        Assert.Contains(
            "output for token 0 is NaN", Assert.Throws<InvalidOperationException>(() => generator.TryNext(out _)).Message);
    }

    [Fact]
    public async Task A_model_writes_the_text_after_a_prompt()
    {
        foreach (Tokenizer tokenizer in (Tokenizer[])[CharacterTokenizer.Learn(["abcdé 😀"]), BytePairTokenizer.Learn(["abab"], 300)])
        {
            var network = new NeuralNetwork<float>(
                1,
                [
                    new Embedding<float>(tokenizer.VocabularySize, 8), new PositionalEmbedding<float>(32),
                    new TransformerBlock<float>(2, 16, causal: true), new FullyConnectedLayer<float>(tokenizer.VocabularySize),
                ],
                seed: 4);
            var model = new Model<float>(network) { Tokenizer = tokenizer };
            var options = new GenerationOptions { MaxTokens = 50, Seed = 2 };
            string expected = tokenizer.Decode([.. new Generator<float>(network).Generate(tokenizer.Encode("ab"), options)]);
            Assert.True(model.WritesTexts);
            Assert.Equal(expected, model.Generate("ab", options));
            List<string> parts = [];
            await foreach (string part in model.GenerateAsync("ab", options, Token))
            {
                parts.Add(part);
            }

            Assert.Equal(expected, string.Concat(parts));
            Assert.DoesNotContain("", parts);
            Assert.Throws<ArgumentException>(() => model.Generate(""));
        }

        Assert.Throws<InvalidOperationException>(() => new Model<float>(Gpt(8)).Generate("a"));
    }

    /// <summary>Each row is the sum of the rows so far, divided by ten, as a user would write it.</summary>
    private sealed class SumSoFar(bool alwaysKeeps = false) : ILayer<double>
    {
        public string Name => "sum_so_far";

        public void Configure(LayerDeclaration declaration)
        {
            declaration.ReadsSequences = true;
            declaration.ContinuesSequences = true;
            declaration.AddKept(declaration.InputFeatures, Extent.Fixed);
        }

        public void Forward(in ForwardPass<double> pass)
        {
            double[] sum = new double[pass.Input.Columns];
            if (pass.Position > 0 || alwaysKeeps)
            {
                pass.Kept(0).Row(0).CopyTo(sum);
            }

            for (int sequence = 0; sequence < pass.Sequences.Count; sequence++)
            {
                (int first, int count) = pass.Sequences[sequence].GetOffsetAndLength(pass.Input.Rows);
                for (int row = first; row < first + count; row++)
                {
                    for (int column = 0; column < sum.Length; column++)
                    {
                        sum[column] += pass.Input[row, column];
                        pass.Output[row, column] = sum[column] / 10;
                    }
                }

                if (pass.ContinuesSequence)
                {
                    sum.CopyTo(pass.Kept(0).Row(0));
                }

                Array.Clear(sum);
            }
        }

        public void Backward(in BackwardPass<double> pass) => throw new NotSupportedException();
    }

    private static void AllocatesNothing<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NeuralNetwork<T> network = Network<T>(
            new PositionalEmbedding<T>(80), new SinusoidalEncoding<T>(), new TransformerBlock<T>(2, 12, causal: true, alibi: true),
            new RmsNorm<T>(), new SelfAttention<T>(2, causal: true, rotary: new()), new Lstm<T>(4), new Gru<T>(4));

        // A token that is never drawn.
        network.Biases[^1].AsSpan()[0] = T.CreateChecked(-1e6);
        var generator = new Generator<T>(network);
        GenerationOptions[] all =
            [new() { MaxTokens = int.MaxValue }, new() { TopK = 5, TopP = 0.9, MaxTokens = int.MaxValue, StopTokens = [0] }];
        foreach (GenerationOptions options in all)
        {
            generator.Begin([1, 2, 3], options);
            Assert.Equal(0, Allocations.PerCall(() =>
            {
                // Longer than the context, so that it slides.
                for (int i = 0; i < 100; i++)
                {
                    generator.TryNext(out _);
                }
            }));
        }
    }

    private static void OutputsAreThoseOfTheWhole<T>(ulong seed, double bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Seeded(seed);
        List<ILayer<T>> layers = [];
        for (int i = random.Integer(1, 4); i > 0; i--)
        {
            layers.Add(Layer<T>(ref random));
        }

        NeuralNetwork<T> network = Network([.. layers]);
        int[] tokens = Sequence(random.Integer(1, 150), seed);
        var generator = new Generator<T>(network) { Threads = random.Integer(1, 2) };
        for (int read = 0; read < tokens.Length;)
        {
            int part = int.Min(random.Integer(1, random.Integer(1, 90)), tokens.Length - read);
            ReadOnlySpan<T> outputs = generator.Append(tokens.AsSpan(read, part));
            read += part;
            AssertClose(Whole(network, tokens.AsSpan(0, read)), outputs, bound);
        }
    }

    private static ILayer<T> Layer<T>(ref Seeded random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool flag = random.Integer(0, 1) == 1;
        RotaryOptions? rotary = random.Integer(0, 2) switch
        {
            0 => new() { Pairing = RotaryPairing.Halves },
            1 => new() { Pairing = RotaryPairing.Interleaved },
            _ => null,
        };
        return random.Integer(0, 9) switch
        {
            0 => new PositionalEmbedding<T>(200),
            1 => new SinusoidalEncoding<T>(2),
            2 => new SelfAttention<T>(2, causal: true, alibi: flag, rotary: rotary),
            3 => new Lstm<T>(8, layers: 2),
            4 => new Gru<T>(8),
            5 => new Rnn<T>(8),
            6 => new Residual<T>(new RmsNorm<T>(), new SelfAttention<T>(1, causal: true), new FullyConnectedLayer<T>(8)),
            7 => new LayerNorm<T>(),
            _ => new TransformerBlock<T>(2, 12, normalizesFirst: flag, causal: true, alibi: !flag, approximatesGelu: flag, rotary: rotary),
        };
    }

    private static NeuralNetwork<T> Network<T>(params ILayer<T>[] layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(1, [new Embedding<T>(Tokens, 8), .. layers, new FullyConnectedLayer<T>(Tokens)], seed: 6);

    private static NeuralNetwork<float> Gpt(int positions) =>
        Network(new PositionalEmbedding<float>(positions), new TransformerBlock<float>(2, 16, causal: true));

    private static int[] Sequence(int length, ulong seed)
    {
        var random = new Seeded(seed);
        int[] tokens = new int[length];
        foreach (ref int token in tokens.AsSpan())
        {
            token = random.Integer(0, Tokens - 1);
        }

        return tokens;
    }

    /// <summary>The last row of the outputs for a whole sequence.</summary>
    private static T[] Whole<T>(NeuralNetwork<T> network, ReadOnlySpan<int> tokens)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var input = new TensorBuffer<T>(tokens.Length, 1);
        for (int i = 0; i < tokens.Length; i++)
        {
            input.Span[i] = T.CreateChecked(tokens[i]);
        }

        Workspace<T> workspace = network.CreateInferenceWorkspace(tokens.Length, sequences: 1);
        return network.Predict(input.View, new([0, tokens.Length]), workspace).Row(tokens.Length - 1).ToArray();
    }

    private static void AssertClose<T>(T[] expected, ReadOnlySpan<T> actual, double bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double scale = Math.Max(1, expected.Max(value => Math.Abs(double.CreateTruncating(value))));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(double.CreateTruncating(expected[i]), double.CreateTruncating(actual[i]), bound * scale);
        }
    }
}
