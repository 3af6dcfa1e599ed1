namespace VecNet.Text;

/// <summary>The file of a classifier of vectors, which says which encoder these are from.</summary>
internal static class EmbeddingFile
{
    /// <summary>Whether a file has a classifier of vectors.</summary>
    internal static bool Is(SafetensorsFile file) => file.Metadata.ContainsKey(EncoderFingerprint.MetadataKey);

    /// <summary>The classifier of a file.</summary>
    /// <exception cref="InvalidDataException">The file is not such a classifier, or was trained with another encoder.</exception>
    internal static Model<float> Read(SafetensorsFile file, SentenceEncoder encoder)
    {
        EncoderFingerprint.Check(file, encoder);
        Model<float> model = Model.Load<float>(file);
        return model.Network.InputSize == encoder.Dimension
            ? model
            : throw new InvalidDataException(
                $"the classifier takes {Counted.Of(model.Network.InputSize, "number")}; a vector has {encoder.Dimension}.");
    }

    /// <summary>The content of the file.</summary>
    internal static SafetensorsFile Of(Model<float> model, SentenceEncoder encoder)
    {
        SafetensorsFile file = model.ToFile();
        return new(file.Tensors, new Dictionary<string, string>(file.Metadata)
        {
            [EncoderFingerprint.MetadataKey] = EncoderFingerprint.Of(encoder),
        });
    }
}
