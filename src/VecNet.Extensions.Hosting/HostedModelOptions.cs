using System.Numerics;

namespace VecNet.Extensions.Hosting;

/// <summary>How a <see cref="ModelPredictor{T}"/> follows its file, and which inputs it takes.</summary>
/// <remarks>
/// <code>
/// services.AddVecNetModel("iris", "iris.safetensors", new HostedModelOptions&lt;float&gt;
/// {
///     ReloadInterval = TimeSpan.FromSeconds(10),
///     MaxRows = 100,
/// });
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record HostedModelOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The time between two looks at the file; one second by default. <see cref="Timeout.InfiniteTimeSpan"/>: the file is loaded once, and
    /// again only by <see cref="ModelPredictor.Reload"/>. New content is used when a second check, after a second or after this time if
    /// it is shorter, finds it unchanged.
    /// </summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether a changed file is rejected if its model differs from the model in use in the number, the names or the order of its inputs or
    /// outputs, or in the name of its target; true by default. A client that sends the features in the old order would get wrong
    /// predictions from a model with another one. Numbers and names of inputs are not compared if both models take texts.
    /// </summary>
    public bool RequireSameInputsAndOutputs { get; init; } = true;

    /// <summary>
    /// Checks a model before it is used, for example by predictions whose results are known, and throws an
    /// <see cref="InvalidDataException"/> to reject it; null for nothing. It is also called for the first model. Any other exception is
    /// taken for a temporary failure: the same content is then checked again after each interval.
    /// </summary>
    public Action<Model<T>>? Validate { get; init; }

    /// <summary>The most rows of a call; 4,096 by default.</summary>
    public int MaxRows { get; init; } = 4_096;

    /// <summary>The most characters of a text; 100,000 by default.</summary>
    public int MaxTextLength { get; init; } = 100_000;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Check(string parameter)
    {
        if (ReloadInterval != Timeout.InfiniteTimeSpan && (ReloadInterval <= TimeSpan.Zero || ReloadInterval.TotalDays > 1))
        {
            throw new ArgumentOutOfRangeException(
                parameter, ReloadInterval, $"{nameof(ReloadInterval)} must be positive and at most a day, or infinite.");
        }

        CheckPositive(MaxRows, nameof(MaxRows), parameter);
        CheckPositive(MaxTextLength, nameof(MaxTextLength), parameter);
    }

    private static void CheckPositive(int value, string name, string parameter)
    {
        if (value < 1)
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"{name} must be 1 or more; it is {value}.");
        }
    }
}
