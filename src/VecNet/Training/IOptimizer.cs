using System.Numerics;

namespace VecNet;

/// <summary>Changes parameters by their gradients.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the optimizer is called in checkpoints and messages; the name of its type by default.</summary>
    string Name => GetType().Name.Split('`')[0];

    /// <summary>
    /// The numbers and choices that it was made with, by name, e.g. <c>beta2</c> = 0.999; none by default. The learning rate is not among
    /// them: it may change.
    /// </summary>
    /// <remarks>
    /// A checkpoint keeps them, and <see cref="Trainer{T}.Resume"/> refuses an optimizer of another name or with other options.
    /// </remarks>
    IReadOnlyList<KeyValuePair<string, object>> Options => [];

    /// <summary>The length of a step; may be changed between steps.</summary>
    double LearningRate { get; set; }

    /// <summary>The steps done so far; set when training is resumed. An optimizer to which it makes no difference need not count.</summary>
    long StepCount
    {
        get => 0;
        set
        {
        }
    }

    /// <summary>
    /// One step: changes every parameter by its gradient. An optimizer that keeps a state for each is fixed to their number by the first.
    /// </summary>
    /// <remarks>
    /// Spans do not tell whose they are: that they are those of the steps before is up to the caller. The steps of
    /// <see cref="NetworkTraining"/> and of a <see cref="Trainer{T}"/> know their network,
    /// and VecNet's own optimizers refuse another one there.
    /// </remarks>
    /// <exception cref="ArgumentException">The lengths differ from one another, or from those of earlier steps.</exception>
    void Step(Span<T> parameters, ReadOnlySpan<T> gradients);

    /// <summary>What it remembers of earlier steps for so many parameters, to be saved and restored; empty if nothing.</summary>
    /// <exception cref="ArgumentException">Their number differs from that of earlier steps.</exception>
    Span<T> StateOf(int parameters) => default;

    /// <summary>
    /// The length of what <see cref="StateOf"/> returns. An optimizer that allocates its state there gives the length here without doing
    /// so.
    /// </summary>
    /// <exception cref="ArgumentException">Their number differs from that of earlier steps.</exception>
    int StateLength(int parameters) => StateOf(parameters).Length;
}

/// <summary>An optimizer whose step can join the backward pass, parameter by parameter.</summary>
internal interface IFusedOptimizer<T> : IOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Throws if what it remembers is of another network than this one.</summary>
    /// <exception cref="ArgumentException">It is, or the number of parameters differs from that of earlier steps.</exception>
    void CheckNetwork(NeuralNetwork<T> network);

    /// <summary>What it remembers from now on is of this network.</summary>
    /// <exception cref="ArgumentException">As for <see cref="CheckNetwork"/>; nothing has been changed.</exception>
    void Bind(NeuralNetwork<T> network);

    /// <summary>What this step does to each parameter of the network, in whichever order they come.</summary>
    /// <exception cref="ArgumentException">As for <see cref="CheckNetwork"/>; nothing has been changed.</exception>
    ParameterUpdate<T> BeginStep(NeuralNetwork<T> network);
}
