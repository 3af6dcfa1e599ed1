using System.Collections;
using System.Text;
using VecNet.Text;

namespace VecNet.Tests;

/// <summary>What callers and damaged files do to an encoder: one clear error, and nothing that later calls notice.</summary>
public sealed class EncoderFailureTests : IDisposable
{
    private const string Text = "the red foxes run?";

    private readonly TinyEncoder files = new();

    public void Dispose() => files.Dispose();

    /// <summary>The number of texts is asked for once: a list that has grown since then is not written beyond the vectors.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_list_that_grows_has_the_vectors_of_the_texts_that_it_had(int threads)
    {
        SentenceEncoder encoder = files.Load();
        float[] vectors = Enumerable.Repeat(7f, 50 * encoder.Dimension).ToArray();
        var texts = new ChangingList(_ => Text) { Grows = true };
        encoder.Encode(
            texts, vectors.AsSpan(0, 3 * encoder.Dimension), new() { Threads = threads }, TestContext.Current.CancellationToken);
        float[] expected = encoder.Encode(Text);
        Assert.Equal([.. expected, .. expected, .. expected], vectors[..(3 * encoder.Dimension)]);
        Assert.All(vectors[(3 * encoder.Dimension)..], value => Assert.Equal(7, value));
    }

    /// <summary>
    /// A list that throws, progress that throws, and cancellation end a call with their exception. The vectors of later calls have the same
    /// bits, and a warm call allocates nothing, since the failed one has given back what it had taken.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_call_that_fails_leaves_nothing_behind(int threads)
    {
        CancellationToken none = TestContext.Current.CancellationToken;
        SentenceEncoder encoder = files.Load();
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => Text[..(i % Text.Length)])];
        float[] expected = encoder.Encode(texts, cancellationToken: none).Span.ToArray(), vectors = new float[expected.Length];
        EncodingOptions options = new() { Threads = threads };
        int reads = 0;
        var broken = new ChangingList(i => Interlocked.Increment(ref reads) > 310 ? throw new TimeoutException() : texts[i])
        {
            Length = 300,
        };
        EncodingOptions throwing = options with { Progress = _ => throw new ArithmeticException() };
        long allocated = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            reads = 0;
            Assert.Throws<TimeoutException>(() => encoder.Encode(broken, vectors, options, none));
            Assert.Throws<ArithmeticException>(() => encoder.Encode(texts, vectors, throwing, none));
            using var source = new CancellationTokenSource();
            EncodingOptions canceling = options with { Progress = _ => source.Cancel() };
            Assert.Throws<OperationCanceledException>(() => encoder.Encode(texts, vectors, canceling, source.Token));
            Array.Clear(vectors);
            long before = GC.GetAllocatedBytesForCurrentThread();
            encoder.Encode(texts, vectors, options, none);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(expected, vectors);
        }

        Assert.Equal(0, allocated);
    }

    /// <summary>A thread that goes on ends with its batch, which has at most 256 of these texts.</summary>
    [Fact]
    public void No_thread_begins_a_batch_after_a_failure()
    {
        const int Texts = 5000, Failing = 2000;
        SentenceEncoder encoder = files.Load();
        int reads = 0;
        var texts = new ChangingList(_ => Interlocked.Increment(ref reads) == Texts + Failing ? throw new TimeoutException() : Text)
        {
            Length = Texts,
        };
        float[] vectors = new float[Texts * encoder.Dimension];
        Assert.Throws<TimeoutException>(
            () => encoder.Encode(texts, vectors, new() { Threads = 2 }, TestContext.Current.CancellationToken));
        Assert.InRange(reads, Texts + Failing, Texts + Failing + 600);
    }

    /// <summary>Progress may use the encoder.</summary>
    [Fact]
    public void Progress_may_encode()
    {
        SentenceEncoder encoder = files.Load();
        string[] texts = [.. Enumerable.Repeat(Text, 200)];
        float[] expected = encoder.Encode(Text);
        CancellationToken none = TestContext.Current.CancellationToken;
        int calls = 0;
        encoder.Encode(
            texts,
            new()
            {
                Threads = 2,
                Progress = _ =>
                {
                    calls++;
                    Assert.Equal(expected, encoder.Encode([Text, Text], new() { Threads = 2 }, none).View.Row(1).ToArray());
                },
            },
            none);
        Assert.True(calls > 1);
    }

    [Fact]
    public void Texts_without_tokens_have_zeros_and_no_hidden_state()
    {
        foreach (PoolingMode mode in Enum.GetValues<PoolingMode>())
        {
            SentenceEncoder encoder = files.Load(new() { Pooling = mode });
            float[] vectors = Enumerable.Repeat(7f, 4 * encoder.Dimension).ToArray(), expected = new float[encoder.Dimension];
            encoder.EncodeTokens([2, 8, 3, 5], new([0, 3, 4]), vectors.AsSpan(0, 2 * encoder.Dimension));
            float[] first = vectors[..encoder.Dimension], last = vectors[encoder.Dimension..(2 * encoder.Dimension)];
            encoder.EncodeTokens([2, 8, 3, 5], new([0, 0, 3, 3, 4]), vectors, threads: 2);
            Assert.Equal([.. expected, .. first, .. expected, .. last], vectors);
            encoder.EncodeTokens([], new([0, 0]), vectors.AsSpan(0, encoder.Dimension));
            Assert.Equal(expected, vectors[..encoder.Dimension]);
            encoder.EncodeTokens([], default, []);
            Assert.Equal(0, encoder.GetHiddenState([]).Rows);
        }
    }

    /// <summary>A file with bytes changed or cut off is refused as such, or read; nothing else is thrown.</summary>
    [Theory]
    [InlineData("config.json")]
    [InlineData("modules.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("sentence_bert_config.json")]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    [InlineData("model.onnx")]
    public void Damaged_files_give_one_clear_error(string name)
    {
        File.WriteAllBytes(files.PathOf("tokenizer.json"), TokenizerJson());
        if (name == "model.onnx")
        {
            File.WriteAllBytes(files.PathOf(name), TinyOnnx.Write(files));
            files.Delete("model.safetensors");
            files.Delete("config.json");
        }

        if (name == "vocab.txt")
        {
            files.Delete("tokenizer.json");
        }

        byte[] content = File.ReadAllBytes(files.PathOf(name));
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < LongRun.Of(400, 20_000); i++)
        {
            byte[] damaged = [.. content];

            // What describes the content is at the beginning or, in ONNX, everywhere.
            int end = name == "model.onnx" ? content.Length : int.Min(content.Length, 3000);
            for (int count = random.Next(4); count > 0; count--)
            {
                damaged[random.Next(end)] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)"0192-e.,:{}[]\"\\"[random.Next(15)],
                    _ => (byte)(damaged[random.Next(end)] ^ (1 << random.Next(8))),
                };
            }

            damaged = random.Next(3) == 0 ? damaged[..random.Next(end)] : damaged;
            File.WriteAllBytes(files.PathOf(name), damaged);
            try
            {
                SentenceEncoder encoder = files.Load();
                encoder.Encode(Text);
            }
            catch (Exception error) when (error is InvalidDataException or FileNotFoundException)
            {
                Assert.Contains(files.Folder, error.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(refused > 20);
    }

    [Fact]
    public void A_stream_may_be_behind_its_end()
    {
        using Stream vocabulary = File.OpenRead(files.PathOf("vocab.txt"));
        var model = new MemoryStream(TinyOnnx.Write(files));
        model.Position = model.Length + 5;
        Assert.Contains(
            "not an ONNX file: it has no graph",
            Assert.Throws<InvalidDataException>(() => SentenceEncoder.Load(model, vocabulary)).Message);
    }

    private static byte[] TokenizerJson() => Encoding.UTF8.GetBytes($$"""
        {"added_tokens": [{"id": 2, "content": "[CLS]", "normalized": false, "special": true}],
         "normalizer": {"type": "BertNormalizer", "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {
         {{string.Join(", ", TinyEncoder.Tokens.Select((token, id) => $"\"{token}\": {id}"))}} } } }
        """);

    /// <summary>Texts that are made when they are asked for; once its length is known, the list may grow.</summary>
    private sealed class ChangingList(Func<int, string> read) : IReadOnlyList<string>
    {
        internal bool Grows { get; init; }

        internal int Length { get; set; } = 3;

        public int Count
        {
            get
            {
                int count = Length;
                Length = Grows ? 40 : count;
                return count;
            }
        }

        public string this[int index] => read(index);

        public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Length).Select(read).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
