using System.Numerics.Tensors;

namespace VecNet.Cli;

/// <summary>Loads the models that the commands use, and says what they predict.</summary>
internal static class SavedModel
{
    /// <summary>Loads a model.</summary>
    /// <exception cref="UserErrorException">The file is not a model that can be used.</exception>
    internal static Model<float> Load(string path) => Load(path, out _);

    /// <summary>Loads a model and its file, which is read once, since it may be a pipe.</summary>
    internal static Model<float> Load(string path, out SafetensorsFile file)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException(
                $"{path}: {(Directory.Exists(path) ? "this is a directory, not a model." : "the model does not exist.")}");
        }

        try
        {
            SafetensorsFile read = file = SafetensorsFile.Read(path);
            IReadOnlyDictionary<string, string> metadata = file.Metadata;
            if (metadata.ContainsKey(CheckpointFile.MetadataKey))
            {
                throw new UserErrorException(
                    $"{path}: this is a checkpoint of an unfinished training run, not a model; use train --resume to finish the run.");
            }

            if (!metadata.ContainsKey("vecnet"))
            {
                throw new UserErrorException($"{path}: the file has tensors only; a model that vecnet saved is required.");
            }

            Model<float> model = InputFile.Named(path, () => Model<float>.Load(read));
            return AreFinite(model.Network.Parameters)
                ? model
                : throw new UserErrorException($"{path}: the model cannot be used: some of its parameters are not finite.");
        }
        catch (InvalidDataException error) when (error.GetBaseException() is not InvalidDataException)
        {
            // The message of the JSON parser would not help a user of the file.
            throw new UserErrorException($"{path}: the file is not a model, or it is damaged.", error);
        }
    }

    /// <summary>Whether a path leads to something that can be read only once, such as a pipe.</summary>
    internal static bool IsPipe(string path) =>
        UnixFile.Get(path) is { } known ? !known.IsOrdinary : path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Whether a model predicts a number: it has one output and no classes.</summary>
    internal static bool IsRegression(Model<float> model) => model.Network.OutputSize == 1 && model.ClassNames is null;

    /// <summary>The names of a model's classes; their numbers if they have no names.</summary>
    internal static IReadOnlyList<string> ClassNames(Model<float> model) =>
        model.ClassNames ?? [.. Enumerable.Range(0, model.Network.OutputSize).Select(i => $"{i}")];

    /// <summary>Whether no number is infinite or NaN.</summary>
    internal static bool AreFinite(ReadOnlySpan<float> numbers) => numbers.IsEmpty || TensorPrimitives.IsFiniteAll(numbers);
}
