using System.Numerics;

namespace VecNet;

/// <summary>Changes parameters by their gradients.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The length of a step; may be changed between steps.</summary>
    double LearningRate { get; set; }

    /// <summary>The steps done so far; set when training is resumed. An optimiser to which it makes no difference need not count.</summary>
    long StepCount
    {
        get => 0;
        set
        {
        }
    }

    /// <summary>One step: changes every parameter by its gradient. An optimiser that keeps a state for each is fixed to their number by the first.</summary>
    /// <exception cref="ArgumentException">The lengths differ from one another, or from those of earlier steps.</exception>
    void Step(Span<T> parameters, ReadOnlySpan<T> gradients);

    /// <summary>What it remembers of earlier steps for so many parameters, to be saved and restored; empty if nothing.</summary>
    /// <exception cref="ArgumentException">Their number differs from that of earlier steps.</exception>
    Span<T> StateOf(int parameters) => default;
}

/// <summary>An optimiser whose step can join the backward pass, parameter by parameter.</summary>
internal interface IFusedOptimizer<T> : IOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What this step does to each of so many parameters, in whichever order they come.</summary>
    /// <exception cref="ArgumentException">Their number differs from that of earlier steps.</exception>
    ParameterUpdate<T> BeginStep(int parameters);
}
