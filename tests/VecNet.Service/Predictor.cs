using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace VecNet.Service;

/// <summary>What the service answers.</summary>
/// <param name="Class">The name of the likeliest class, or its number where the model has no names.</param>
/// <param name="Probabilities">Of all classes, in the model's order.</param>
public sealed record Prediction(string Class, float[] Probabilities);

/// <summary>Answers predictions of one model from any number of threads at a time.</summary>
/// <remarks>
/// The network is only read. Each pass borrows a workspace, so that there are never more of them than passes have been under way at once.
/// </remarks>
/// <param name="model">A classifier whose outputs are logits.</param>
public sealed class Predictor(Model<float> model)
{
    private readonly ConcurrentBag<Workspace<float>> idle = [];

    /// <summary>Features that a request must have.</summary>
    public int Features => model.Network.InputSize;

    /// <summary>Predicts for one row.</summary>
    /// <exception cref="ArgumentException">The number of features is not that of the model.</exception>
    public Prediction Predict(ReadOnlySpan<double> features)
    {
        float[] row = new float[model.Network.InputSize];
        model.PrepareInputs(features, row);
        float[] probabilities = new float[model.Network.OutputSize];
        if (!idle.TryTake(out Workspace<float>? workspace))
        {
            workspace = model.Network.CreateInferenceWorkspace(capacity: 1);
        }

        try
        {
            Softmax.Forward(model.Network.Predict(row, workspace), probabilities);
        }
        finally
        {
            idle.Add(workspace);
        }

        int likeliest = TensorPrimitives.IndexOfMax<float>(probabilities);
        return new(model.ClassNames?[likeliest] ?? $"{likeliest}", probabilities);
    }
}
