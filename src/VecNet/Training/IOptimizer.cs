using System.Numerics;

namespace VecNet;

/// <summary>An optimizer, which updates parameters by their gradients.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The optimizer's name in checkpoints and messages; the name of its type by default.</summary>
    string Name => GetType().Name.Split('`')[0];

    /// <summary>
    /// The options that it was created with, by name, such as <c>beta2</c> = 0.999; none by default. The learning rate is not one of them,
    /// since it may change.
    /// </summary>
    /// <remarks>
    /// A checkpoint stores them, and <see cref="Trainer{T}.Resume"/> rejects an optimizer with another name or other options.
    /// </remarks>
    IReadOnlyList<KeyValuePair<string, object>> Options => [];

    /// <summary>The learning rate; it may be changed between steps.</summary>
    double LearningRate { get; set; }

    /// <summary>
    /// The number of steps so far; it is set when training is resumed. An optimizer that does not depend on it need not count.
    /// </summary>
    long StepCount
    {
        get => 0;
        set
        {
        }
    }

    /// <summary>
    /// Performs one step, which updates every parameter by its gradient. The first step of an optimizer with a state for each parameter
    /// fixes their number.
    /// </summary>
    /// <remarks>
    /// A span does not identify its network; the caller must pass those of the earlier steps. The steps of
    /// <see cref="NetworkTraining"/> and of a <see cref="Trainer{T}"/> know their network, and the built-in optimizers reject another one
    /// there.
    /// </remarks>
    /// <exception cref="ArgumentException">The lengths differ from one another, or from those of earlier steps.</exception>
    void Step(Span<T> parameters, ReadOnlySpan<T> gradients);

    /// <summary>
    /// Gets the state from earlier steps for the given number of parameters, to be saved and restored; empty if there is none.
    /// </summary>
    /// <exception cref="ArgumentException">Their number differs from that of earlier steps.</exception>
    Span<T> GetState(int parameters) => default;

    /// <summary>
    /// Gets the length of the state that <see cref="GetState"/> returns. An optimizer that allocates its state there must return the length
    /// here without doing so.
    /// </summary>
    /// <exception cref="ArgumentException">Their number differs from that of earlier steps.</exception>
    int StateLength(int parameters) => GetState(parameters).Length;
}

/// <summary>An optimizer whose step can join the backward pass, parameter by parameter.</summary>
internal interface IFusedOptimizer<T> : IOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Throws if the optimizer has the state of another network.</summary>
    /// <exception cref="ArgumentException">It has, or the number of parameters differs from that of earlier steps.</exception>
    void CheckNetwork(NeuralNetwork<T> network);

    /// <summary>Binds the optimizer's state to this network.</summary>
    /// <exception cref="ArgumentException">As for <see cref="CheckNetwork"/>; nothing has been changed.</exception>
    void Bind(NeuralNetwork<T> network);

    /// <summary>Gets the update of this step, which can be applied to the parameters of the network in any order.</summary>
    /// <exception cref="ArgumentException">As for <see cref="CheckNetwork"/>; nothing has been changed.</exception>
    ParameterUpdate<T> BeginStep(NeuralNetwork<T> network);
}
