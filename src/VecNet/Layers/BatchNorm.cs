using System.Numerics;

namespace VecNet;

/// <summary>
/// Batch normalization, with learned scale γ (<c>weight</c>, parameter 0) and shift β (<c>bias</c>, parameter 1), and running
/// statistics as untrained state.
/// </summary>
/// <remarks>
/// The mathematics is in <see cref="BatchNorm"/>. A training forward uses its batch's statistics and updates <c>running_mean</c> (state
/// 0) and <c>running_var</c> (state 1); inference uses those. A training batch must have at least two rows.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class BatchNorm<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer. γ starts at 1 and β at 0, the running mean at 0 and the running variance at 1.</summary>
    /// <param name="momentum">The weight of a batch in the running statistics, in [0, 1].</param>
    /// <param name="epsilon">ε, the number added to the variance; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public BatchNorm(double momentum = BatchNorm.DefaultMomentum, double epsilon = BatchNorm.DefaultEpsilon)
    {
        BatchNorm.CheckNumbers(momentum, epsilon);
        Momentum = momentum;
        Epsilon = epsilon;
    }

    /// <inheritdoc/>
    public string Name => "batch_norm";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Options => [new("momentum", Momentum), new("epsilon", Epsilon)];

    /// <summary>The weight of a batch in the running statistics.</summary>
    public double Momentum { get; }

    /// <summary>The number added to the variance.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        ArgumentNullException.ThrowIfNull(declaration);
        declaration.AddParameter("weight", 1, declaration.InputFeatures);
        declaration.AddParameter("bias", 1, declaration.InputFeatures);
        declaration.AddState("running_mean", 1, declaration.InputFeatures);
        declaration.AddState("running_var", 1, declaration.InputFeatures);

        // The mean of each feature, and then the inverse of the deviation of each.
        declaration.AddSaved(2 * declaration.InputFeatures, Extent.Fixed);
    }

    /// <inheritdoc/>
    public void Initialize(SlotViews<T> parameters, SplitMix64 random) => parameters[0].Fill(T.One);

    /// <inheritdoc/>
    public void InitializeState(SlotViews<T> state) => state[1].Fill(T.One);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch has fewer than two rows.</exception>
    public void Forward(in ForwardPass<T> pass)
    {
        if (!pass.IsTraining)
        {
            BatchNorm.Infer(pass.Input, pass.Parameter(0), pass.Parameter(1), pass.State(0), pass.State(1), pass.Output, Epsilon);
            return;
        }

        if (pass.Input.Rows < 2)
        {
            throw new ArgumentException(
                $"Batch normalization needs at least two rows in training; there are {pass.Input.Rows}.", nameof(pass));
        }

        BatchNorm.Forward(
            pass.Input,
            pass.Parameter(0),
            pass.Parameter(1),
            pass.Output,
            new(pass.Saved(0).AsSpan(), 2, pass.Input.Columns),
            pass.StateToUpdate(0),
            pass.StateToUpdate(1),
            Momentum,
            Epsilon);
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<T> pass) => BatchNorm.Backward(
        pass.Input,
        pass.Parameter(0),
        new(pass.Saved(0).AsSpan(), 2, pass.Input.Columns),
        pass.GradOutput,
        pass.GradInput,
        pass.Gradient(0),
        pass.Gradient(1),
        pass.Accumulates);
}
