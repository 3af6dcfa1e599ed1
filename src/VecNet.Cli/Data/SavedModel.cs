using System.Numerics.Tensors;

namespace VecNet.Cli;

/// <summary>Loads models for the commands, and computes their predictions.</summary>
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

            Model<float> model = InputFile.Named(path, () => Model.Load<float>(read));
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

    /// <summary>Whether a path refers to something that can be read only once, such as a pipe.</summary>
    internal static bool IsPipe(string path) =>
        UnixFile.Get(path) is { } known ? !known.IsOrdinary : path.StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>Predicts the most probable class of each row.</summary>
    /// <param name="model">A model of classes.</param>
    /// <param name="inputs">The rows as the network takes them.</param>
    internal static ClassPredictions PredictClasses(Model<float> model, InputRows inputs)
    {
        var predictions = new ClassPredictions(new int[inputs.Count], new float[inputs.Count]);
        inputs.Predict(model, new() { Classes = predictions.Classes, ClassProbabilities = predictions.Probabilities });
        return predictions;
    }

    /// <summary>Predicts the number of each row, in the units of the model's target.</summary>
    /// <param name="model">A model of numbers.</param>
    /// <param name="inputs">The rows as the network takes them.</param>
    /// <exception cref="UserErrorException">The model predicts several numbers for a row.</exception>
    internal static double[] PredictNumbers(Model<float> model, InputRows inputs)
    {
        if (model.Network.OutputSize != 1)
        {
            throw new UserErrorException($"the model predicts {model.Network.OutputSize} numbers for a row; only one is supported.");
        }

        var numbers = new double[inputs.Count];
        inputs.Predict(model, new() { Numbers = numbers.AsView(numbers.Length, 1) });
        return numbers;
    }

    /// <summary>Whether no number is infinite or NaN.</summary>
    internal static bool AreFinite(ReadOnlySpan<float> numbers) => numbers.IsEmpty || TensorPrimitives.IsFiniteAll(numbers);
}

/// <summary>The predicted class of each row, and its probability.</summary>
internal sealed record ClassPredictions(int[] Classes, float[] Probabilities);
