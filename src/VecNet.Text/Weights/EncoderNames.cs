namespace VecNet.Text;

/// <summary>The names of an encoder's tensors in the files of PyTorch.</summary>
internal sealed class EncoderNames
{
    private const string EndOfWords = "embeddings.word_embeddings.weight";

    private readonly string prefix;
    private readonly bool hasOldNorms;

    private EncoderNames(string prefix, bool isDistil, bool hasOldNorms)
    {
        this.prefix = prefix;
        this.hasOldNorms = hasOldNorms;
        IsDistil = isDistil;
    }

    /// <summary>Whether the names are those of DistilBERT.</summary>
    internal readonly bool IsDistil;

    internal string Words => $"{prefix}{EndOfWords}";

    internal string Positions => $"{prefix}embeddings.position_embeddings.weight";

    internal string Types => $"{prefix}embeddings.token_type_embeddings.weight";

    internal string EmbeddingNorm => $"{prefix}embeddings.LayerNorm";

    /// <summary>The last part of the name of a normalization's γ.</summary>
    internal string Gamma => hasOldNorms ? "gamma" : "weight";

    /// <summary>The last part of the name of a normalization's β.</summary>
    internal string Beta => hasOldNorms ? "beta" : "bias";

    /// <summary>Finds the names, which have a prefix in the files of models that were trained for a task.</summary>
    /// <param name="weights">The tensors.</param>
    /// <param name="isDistil">Whether the names are those of DistilBERT; null to find out.</param>
    /// <exception cref="InvalidDataException">There is no table of words, or there are several.</exception>
    internal static EncoderNames Find(EncoderWeights weights, bool? isDistil)
    {
        string[] tables = [.. weights.Names.Where(name =>
            name.EndsWith(EndOfWords, StringComparison.Ordinal)
            && (name.Length == EndOfWords.Length || name[^(EndOfWords.Length + 1)] == '.'))];
        if (tables.Length != 1)
        {
            throw new InvalidDataException(tables.Length == 0
                ? $"the tensor '{EndOfWords}' is missing: these are not the weights of an encoder of the family of BERT."
                : $"there are {tables.Length} tensors whose names end with '{EndOfWords}'.");
        }

        string prefix = tables[0][..^EndOfWords.Length];
        return new(
            prefix,
            isDistil ?? weights.Contains($"{prefix}transformer.layer.0.ffn.lin1.bias"),
            weights.Contains($"{prefix}embeddings.LayerNorm.gamma"));
    }

    /// <summary>The names in the file of an encoder alone.</summary>
    internal static EncoderNames WithoutPrefix(bool isDistil) => new("", isDistil, hasOldNorms: false);

    /// <summary>The names of one layer, without their ends, which are <c>weight</c> and <c>bias</c>.</summary>
    internal OfOneLayer OfLayer(int layer)
    {
        if (IsDistil)
        {
            string distil = $"{prefix}transformer.layer.{layer}.";
            return new(
                $"{distil}attention.q_lin", $"{distil}attention.k_lin", $"{distil}attention.v_lin", $"{distil}attention.out_lin",
                $"{distil}sa_layer_norm", $"{distil}ffn.lin1", $"{distil}ffn.lin2", $"{distil}output_layer_norm");
        }

        string bert = $"{prefix}encoder.layer.{layer}.";
        string self = $"{bert}attention.self.";
        return new(
            $"{self}query", $"{self}key", $"{self}value", $"{bert}attention.output.dense",
            $"{bert}attention.output.LayerNorm", $"{bert}intermediate.dense", $"{bert}output.dense", $"{bert}output.LayerNorm");
    }

    /// <summary>The names of one layer.</summary>
    internal readonly record struct OfOneLayer(
        string Query, string Key, string Value, string Output, string AttentionNorm, string Hidden, string Result, string ResultNorm);
}
