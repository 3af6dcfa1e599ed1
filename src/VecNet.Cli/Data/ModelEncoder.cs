using System.CommandLine;
using VecNet.Text;

namespace VecNet.Cli;

/// <summary>Encodes texts for a saved classifier of vectors.</summary>
internal static class ModelEncoder
{
    private const string Name = "--encoder";

    /// <summary>The option for the encoder's folder.</summary>
    internal static Option<string?> Option() =>
        EncoderFolder.Option(Name, "The sentence encoder of a model that was trained with one");

    /// <summary>Creates the function that encodes texts; null if the model takes something else.</summary>
    /// <param name="file">The file of the model.</param>
    /// <param name="modelPath">Its path, for messages.</param>
    /// <param name="encoderPath">The value of the option.</param>
    /// <param name="cancellationToken">Cancels the encoding.</param>
    /// <exception cref="UserErrorException">The option is missing, or the model takes no vectors.</exception>
    /// <exception cref="InvalidDataException">The model was trained with another encoder.</exception>
    internal static Func<IReadOnlyList<string>, InputRows>? Of(
        SafetensorsFile file, string modelPath, string? encoderPath, CancellationToken cancellationToken)
    {
        bool isNeeded = EmbeddingFile.Is(file);
        if (isNeeded != encoderPath is not null)
        {
            throw new UserErrorException(isNeeded
                ? $"{modelPath}: the model was trained on the vectors of a sentence encoder; name its folder by {Name} DIRECTORY."
                : $"{modelPath}: the model was trained without a sentence encoder; {Name} cannot be used with it.");
        }

        if (encoderPath is null)
        {
            return null;
        }

        SentenceEncoder encoder = EncoderFolder.Load(encoderPath);
        InputFile.Named(modelPath, () => EmbeddingFile.Read(file, encoder));
        return texts =>
        {
            TensorBuffer<float> vectors = encoder.Encode(
                texts, new EncodingOptions { Threads = Parallelism.MaxThreads }, cancellationToken);
            EmbeddingVectors.Normalize(vectors);
            return new(vectors);
        };
    }
}
