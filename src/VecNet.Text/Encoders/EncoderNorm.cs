namespace VecNet.Text;

/// <summary>The numbers of a layer normalization.</summary>
internal sealed class EncoderNorm(ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon)
{
    /// <summary>γ.</summary>
    internal readonly TensorBuffer<float> Gamma = EncoderModel.Copy(gamma);

    /// <summary>β.</summary>
    internal readonly TensorBuffer<float> Beta = EncoderModel.Copy(beta);

    /// <summary>ε, which is added to the variance.</summary>
    internal readonly float Epsilon = epsilon;
}
