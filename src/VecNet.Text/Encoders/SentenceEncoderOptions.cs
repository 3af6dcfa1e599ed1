namespace VecNet.Text;

/// <summary>How a <see cref="SentenceEncoder"/> makes vectors, where its files do not say it or something else is wanted.</summary>
/// <remarks>
/// Options that are null are read from the files of the model. A folder without <c>modules.json</c>, or an ONNX file alone, has none of
/// them: the vectors are then means over the tokens, and have length 1 only if <see cref="Normalizes"/> is set, or if the model is an ONNX
/// file alone.
/// <code>
/// var encoder = SentenceEncoder.Load("all-MiniLM-L6-v2/model.onnx", new SentenceEncoderOptions { MaxTokens = 256 });
/// </code>
/// </remarks>
public sealed record SentenceEncoderOptions
{
    /// <summary>
    /// The most tokens of a text, with the first and the last, which say where it begins and ends: what follows is cut off. At most as many
    /// as the model has positions.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>How the rows of the tokens become one vector.</summary>
    public PoolingMode? Pooling { get; init; }

    /// <summary>Whether vectors are divided by their lengths, so that the dot product of two is their cosine.</summary>
    public bool? Normalizes { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Check(string parameter)
    {
        if (MaxTokens < 2)
        {
            throw new ArgumentOutOfRangeException(parameter, MaxTokens, $"{nameof(MaxTokens)} must be 2 or more; it is {MaxTokens}.");
        }

        if (Pooling is { } mode && !Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(parameter, mode, "Unknown pooling mode.");
        }
    }
}
