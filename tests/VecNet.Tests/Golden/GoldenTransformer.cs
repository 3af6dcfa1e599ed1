using System.Numerics;

namespace VecNet.Tests;

/// <summary>Transformers of golden files, built from the library's layers, and their parameters by the names in the files.</summary>
internal static class GoldenTransformer
{
    /// <summary>A language model like GPT-2.</summary>
    public static NeuralNetwork<T> Gpt<T>(GoldenCase @case, string epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        GoldenTensor table = @case.Inputs["tok_emb"];
        return Filled<T>(@case, 1,
        [
            new Embedding<T>(table.Rows, table.Columns), new PositionalEmbedding<T>(@case.Inputs["pos_emb"].Rows),
            .. Blocks<T>(@case, normalizesFirst: true, @case.Number(epsilon)),
            new LayerNorm<T>(@case.Number(epsilon)), new VocabularyProjection<T>(table.Rows, tied: true),
        ]);
    }

    /// <summary>A sentence encoder like BERT; the columns of its input are tokens and types.</summary>
    public static NeuralNetwork<T> Bert<T>(GoldenCase @case)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Filled<T>(@case, 2,
        [
            new TokensAndTypes<T>(@case.Inputs["tok_emb"], @case.Inputs["type_emb"]),
            new PositionalEmbedding<T>(@case.Inputs["pos_emb"].Rows), new LayerNorm<T>(@case.Number("eps")),
            .. Blocks<T>(@case, normalizesFirst: false, @case.Number("eps")), new SequencePooling<T>(PoolingMode.Mean),
        ]);

    /// <summary>
    /// The parameters or gradients of a network with their names in the file; those side by side in one matrix are apart.
    /// </summary>
    public static void ForEach<T>(NeuralNetwork<T> network, Span<T> buffer, Action<string, TensorBuffer<T>> visit, bool write = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int block = 0;
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            bool isBlock = network.Layers[layer] is TransformerBlock<T>;
            Slot[] slots = network.Plan.GetParameters(layer);
            foreach (Slot slot in slots.Where(slot => slot.SharedFrom is null))
            {
                string[] parts = isBlock
                    ? [.. PartsOf(slot.Name).Select(part => $"layer{block}.{part}")]
                    : [NameOf(network.Layers[layer], slot.Name)];
                var view = new TensorView<T>(buffer[slot.Offset..], slot.Rows, slot.Columns);
                int width = slot.Columns / parts.Length;
                for (int part = 0; part < parts.Length; part++)
                {
                    TensorBuffer<T> copy = TensorBuffer.Copy<T>(view.SliceColumns(part * width, width));
                    visit(parts[part], copy);
                    if (write)
                    {
                        copy.View.CopyTo(view.SliceColumns(part * width, width));
                    }
                }
            }

            block += isBlock ? 1 : 0;
        }
    }

    /// <summary>The inputs of a case that are side by side in a parameter of a block.</summary>
    public static string[] PartsOf(string parameter) => parameter switch
    {
        "self_attn.in_proj.weight" => ["Wq", "Wk", "Wv"],
        "self_attn.in_proj.bias" => ["bq", "bk", "bv"],
        "self_attn.out_proj.weight" => ["Wo"],
        "self_attn.out_proj.bias" => ["bo"],
        "linear1.weight" => ["W1"],
        "linear1.bias" => ["b1"],
        "linear2.weight" => ["W2"],
        "linear2.bias" => ["b2"],
        "norm1.weight" => ["ln1_gamma"],
        "norm1.bias" => ["ln1_beta"],
        "norm2.weight" => ["ln2_gamma"],
        "norm2.bias" => ["ln2_beta"],
        _ => throw new InvalidOperationException($"Unknown parameter {parameter}."),
    };

    private static string NameOf<T>(ILayer<T> layer, string parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (layer, parameter) switch
        {
            (Embedding<T>, _) or (TokensAndTypes<T>, "tokens.weight") => "tok_emb",
            (TokensAndTypes<T>, _) => "type_emb",
            (PositionalEmbedding<T>, _) => "pos_emb",
            (LayerNorm<T>, "weight") => "norm_gamma",
            (LayerNorm<T>, _) => "norm_beta",
            _ => throw new InvalidOperationException($"Unknown parameter {parameter} of {layer.Name}."),
        };

    private static IEnumerable<ILayer<T>> Blocks<T>(GoldenCase @case, bool normalizesFirst, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Enumerable.Range(0, @case.WholeNumber("layers")).Select(
        _ => new TransformerBlock<T>(
            @case.WholeNumber("heads"), @case.WholeNumber("ff"), normalizesFirst, causal: normalizesFirst,
            approximatesGelu: @case.Text("gelu") == "tanh", epsilon: epsilon));

    private static NeuralNetwork<T> Filled<T>(GoldenCase @case, int inputs, ILayer<T>[] layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new NeuralNetwork<T>(inputs, layers);
        ForEach(network, network.Parameters, (name, values) => Input(@case, name).ToBuffer<T>().Span.CopyTo(values.Span), write: true);
        return network;
    }

    /// <summary>The only normalization outside of the blocks has another name in each file.</summary>
    public static string Named(GoldenCase @case, string name) => name switch
    {
        "norm_gamma" => @case.Inputs.ContainsKey("lnf_gamma") ? "lnf_gamma" : "emb_ln_gamma",
        "norm_beta" => @case.Inputs.ContainsKey("lnf_beta") ? "lnf_beta" : "emb_ln_beta",
        _ => name,
    };

    private static GoldenTensor Input(GoldenCase @case, string name) => @case.Inputs[Named(@case, name)];

    /// <summary>The sum of two embeddings, each of a column of the input.</summary>
    private sealed class TokensAndTypes<T>(GoldenTensor tokens, GoldenTensor types) : ICompositeLayer<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public string Name => "tokens_and_types";

        public NetworkValue<T> Expand(NetworkBuilder<T> builder, NetworkValue<T> input) => builder.Add(
            builder.Apply(new Embedding<T>(tokens.Rows, tokens.Columns, column: 0), input, "tokens"),
            builder.Apply(new Embedding<T>(types.Rows, types.Columns, column: 1), input, "types"));
    }
}
