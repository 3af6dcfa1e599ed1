namespace VecNet.Text;

/// <summary>
/// The weights of a transformer block: a = norm₁(x + attention(x)), y = norm₂(a + f(a·W₁ + b₁)·W₂ + b₂).
/// </summary>
internal sealed class EncoderLayer
{
    /// <summary>The projection to queries, keys and values, side by side.</summary>
    internal required PackedMatrix Projection;

    /// <summary>The projection of all heads' results.</summary>
    internal required PackedMatrix Output;

    /// <summary>norm₁.</summary>
    internal required EncoderNorm AttentionNorm;

    /// <summary>W₁ and b₁.</summary>
    internal required PackedMatrix Hidden;

    /// <summary>W₂ and b₂.</summary>
    internal required PackedMatrix Result;

    /// <summary>norm₂.</summary>
    internal required EncoderNorm ResultNorm;
}
