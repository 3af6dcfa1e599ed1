using System.Numerics;

namespace VecNet;

/// <summary>
/// Dropout as a layer: a new mask from the workspace's generator in each training forward pass, the same one in its backward pass, and the
/// identity in inference.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Dropout<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer with the probability of dropping an element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1).</exception>
    public Dropout(double probability)
    {
        Dropout.CheckProbability(probability);
        Probability = probability;
    }

    /// <inheritdoc/>
    public string Name => "dropout";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("probability", Probability)];

    /// <summary>The probability of dropping an element.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration) => declaration.AddSaved(declaration.InputFeatures);

    /// <inheritdoc/>
    public void Forward(in ForwardPass<T> pass)
    {
        if (!pass.IsTraining)
        {
            pass.Input.CopyTo(pass.Output);
            return;
        }

        TensorView<T> mask = pass.Saved(0);
        Dropout.FillMask(Probability, pass.Random, mask);
        Dropout.Forward(pass.Input, mask, pass.Output);
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass)
    {
        if (pass.WantsGradInput)
        {
            Dropout.Backward(pass.Saved(0), pass.GradOutput, pass.GradInput);
        }
    }
}
