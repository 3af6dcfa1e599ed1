namespace VecNet;

/// <summary>The pairs of features that <see cref="RotaryEmbedding"/> rotates.</summary>
public enum RotaryPairing
{
    /// <summary>Columns 2i and 2i + 1, as in GPT-J.</summary>
    Interleaved,

    /// <summary>Columns i and i + n/2 of n rotated ones, as in Llama and GPT-NeoX.</summary>
    Halves,
}
