using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace VecNet.Benchmarks;

/// <summary>ONNX Runtime with the model's graph; pooling and normalization are those of <see cref="TensorPrimitives"/>.</summary>
internal sealed class OnnxPeer
{
    private const int Dimension = EmbeddingProblem.Dimension;

    private static readonly string[] InputNames = ["input_ids", "attention_mask", "token_type_ids"];
    private static readonly string[] OutputNames = ["last_hidden_state"];

    private readonly byte[] model;
    private readonly Dictionary<int, InferenceSession> sessions = [];

    private OnnxPeer()
    {
        using Stream stream = MiniLmPackage.OpenModel();
        model = new byte[stream.Length];
        stream.ReadExactly(model);
        SessionOf(threads: 1);
    }

    internal static string Version => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, all graph optimizations";

    internal static Peer Create()
    {
        var peer = new OnnxPeer();
        return Peer.Of<EmbeddingRow>(Version, peer.Prepare);
    }

    /// <summary>Encodes a text by the model's file in a folder; tensors are made for each call, as a program would.</summary>
    internal static Func<float> LoadFirstVector(string folder)
    {
        var session = new InferenceSession(Path.Combine(folder, MiniLmPackage.ModelFile), OnnxSettings.Create(threads: 1));
        var options = new RunOptions();
        float[] vector = new float[Dimension];
        return () =>
        {
            OrtValue[] inputs = CreateInputs([[.. FirstVector.Ids]], FirstVector.Ids.Length);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, InputNames, inputs, OutputNames);
            Pool(outputs[0].GetTensorDataAsSpan<float>(), vector);
            Array.ForEach(inputs, input => input.Dispose());
            return vector[0];
        };
    }

    private PreparedRow Prepare(EmbeddingRow row)
    {
        var problem = new EmbeddingProblem(row);
        InferenceSession session = SessionOf(OnnxSettings.ThreadsOfOperation(row));
        int callers = OnnxSettings.Callers(row);
        float[] vectors = new float[row.Texts * Dimension];
        IReadOnlyList<int> lengths = row.Lengths;
        Batch[] batches =
        [
            .. row.GetBatches().Select(texts => new Batch(
                texts, texts.Max(text => lengths[text]), [.. texts.Select(text => problem.IdsOf(text).ToArray())])),
        ];

        // Each caller has its own memory for hidden states, which all batches share.
        int longest = batches.Max(batch => batch.Texts.Length * batch.Length);
        foreach (int _ in Enumerable.Range(0, callers))
        {
            float[] hidden = new float[longest * Dimension];
            Array.ForEach(batches, batch => batch.AddOutput(hidden));
        }

        var options = new RunOptions();
        return PreparedRow.Of(() => OnnxSettings.ForEachBatch(batches.Length, callers, Encode), 1, () => [vectors]) with
        {
            Release = () =>
            {
                options.Dispose();
                Array.ForEach(batches, batch => batch.Dispose());
            },
        };

        void Encode(int number, int caller)
        {
            Batch batch = batches[number];
            session.Run(options, InputNames, batch.Inputs, OutputNames, batch.Outputs[caller]);
            ReadOnlySpan<float> hidden = batch.Hidden[caller];
            for (int i = 0; i < batch.Texts.Length; i++)
            {
                int text = batch.Texts[i];
                Pool(
                    hidden.Slice(i * batch.Length * Dimension, lengths[text] * Dimension),
                    vectors.AsSpan(text * Dimension, Dimension));
            }
        }
    }

    private InferenceSession SessionOf(int threads)
    {
        if (!sessions.TryGetValue(threads, out InferenceSession? session))
        {
            using SessionOptions options = OnnxSettings.Create(threads);
            sessions[threads] = session = new(model, options);
        }

        return session;
    }

    /// <summary>Tokens, 1 for each token and 0 for padding, and token types, which are 0.</summary>
    private static OrtValue[] CreateInputs(IReadOnlyList<int[]> texts, int length)
    {
        long[] ids = new long[texts.Count * length], mask = new long[ids.Length], types = new long[ids.Length];
        for (int text = 0; text < texts.Count; text++)
        {
            for (int i = 0; i < texts[text].Length; i++)
            {
                ids[(text * length) + i] = texts[text][i];
                mask[(text * length) + i] = 1;
            }
        }

        long[] shape = [texts.Count, length];
        return [.. new[] { ids, mask, types }.Select(values => OrtValue.CreateTensorValueFromMemory(values, shape))];
    }

    /// <summary>The mean of the rows of a text, divided by its length.</summary>
    private static void Pool(ReadOnlySpan<float> rows, Span<float> vector)
    {
        rows[..Dimension].CopyTo(vector);
        for (int at = Dimension; at < rows.Length; at += Dimension)
        {
            TensorPrimitives.Add(vector, rows.Slice(at, Dimension), vector);
        }

        TensorPrimitives.Divide(vector, rows.Length / Dimension, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
    }

    /// <summary>Texts that are computed together, with their tensors.</summary>
    private sealed class Batch(int[] texts, int length, int[][] ids) : IDisposable
    {
        /// <summary>The numbers of the texts.</summary>
        internal int[] Texts { get; } = texts;

        /// <summary>The number of tokens of each text, with padding.</summary>
        internal int Length { get; } = length;

        internal OrtValue[] Inputs { get; } = CreateInputs(ids, length);

        /// <summary>The output's tensor of each caller.</summary>
        internal List<OrtValue[]> Outputs { get; } = [];

        /// <summary>The memory of that tensor.</summary>
        internal List<float[]> Hidden { get; } = [];

        internal void AddOutput(float[] memory)
        {
            Hidden.Add(memory);
            Outputs.Add([
                OrtValue.CreateTensorValueFromMemory(
                    OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, Texts.Length * Length * Dimension),
                    [Texts.Length, Length, Dimension]),
            ]);
        }

        public void Dispose()
        {
            foreach (OrtValue value in Outputs.SelectMany(output => output).Concat(Inputs))
            {
                value.Dispose();
            }
        }
    }
}
