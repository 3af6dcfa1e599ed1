using VecNet.Benchmarks.Comparing.MiniLm;
using VecNet.Text;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's sentence encoder: all texts of a row in one call.</summary>
internal static class VecNetEmbeddingPeer
{
    /// <summary>Longer texts are cut off; sentence-transformers has this limit for this model.</summary>
    private static readonly SentenceEncoderOptions Options = new() { MaxTokens = 256 };

    internal static Peer Create()
    {
        using Stream model = MiniLmPackage.OpenModel(), vocabulary = MiniLmPackage.OpenVocabulary();
        SentenceEncoder encoder = SentenceEncoder.Load(model, vocabulary, Options);
        return Peer.Of<EmbeddingRow>(MachineDescription.VectorsInForce, row => Prepare(encoder, row))
            .Compiled(EmbeddingRows.CompiledFirst);
    }

    /// <summary>The program that encodes one text, from the model's files in a folder.</summary>
    internal static int RunFirstVector(string folder) => FirstVector.Run(
        () =>
        {
            SentenceEncoder encoder = SentenceEncoder.Load(Path.Combine(folder, MiniLmPackage.ModelFile), Options);
            float[] vector = new float[encoder.Dimension];
            return () =>
            {
                encoder.Encode(FirstVector.Text, vector);
                return vector[0];
            };
        },
        Console.Out);

    private static PreparedRow Prepare(SentenceEncoder encoder, EmbeddingRow row)
    {
        var problem = new EmbeddingProblem(row);
        float[] vectors = new float[row.Texts * encoder.Dimension];
        var options = new EncodingOptions { Threads = row.Threads };
        return PreparedRow.Of(row.FromStrings ? EncodeStrings : EncodeTokens, 1, () => [vectors]);

        void EncodeStrings() => encoder.Encode(problem.Texts, vectors, options);

        void EncodeTokens() => encoder.EncodeTokens(problem.Ids, new(problem.Offsets), vectors, row.Threads);
    }
}
