namespace VecNet.Text;

/// <summary>The numbers that weights are stored as; they are widened to floats when they are loaded.</summary>
/// <remarks>
/// <code>
/// EncoderTrainer.Load("all-MiniLM-L6-v2").Save("half-as-large", WeightPrecision.Half);
/// </code>
/// </remarks>
public enum WeightPrecision
{
    /// <summary>Floats of 32 bits, exactly.</summary>
    Full,

    /// <summary>Numbers of 16 bits with 11 significant ones, up to 65,504 (IEEE 754 binary16).</summary>
    Half,

    /// <summary>Numbers of 16 bits with 8 significant ones and the range of floats.</summary>
    BFloat16,
}
