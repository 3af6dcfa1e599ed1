namespace VecNet;

/// <summary>Learning rates over time, as functions of the epoch (or step) t = 0, 1, 2, …, for <see cref="TrainerOptions"/>.</summary>
/// <remarks>The formulas are PyTorch's. Schedules can be combined: <c>Warmup(5, Cosine(0.1, 25))</c>.</remarks>
public static class LearningRateSchedule
{
    /// <summary>A constant rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or NaN.</exception>
    public static Func<int, double> Constant(double rate)
    {
        CheckRate(rate, nameof(rate));
        return _ => rate;
    }

    /// <summary>rate · factor^⌊t / every⌋.</summary>
    /// <param name="rate">The initial rate.</param>
    /// <param name="every">The number of epochs (or steps) between two changes.</param>
    /// <param name="factor">The factor of each change.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN, or <paramref name="every"/> is 0.</exception>
    public static Func<int, double> Step(double rate, int every, double factor = 0.1)
    {
        CheckRate(rate, nameof(rate));
        CheckRate(factor, nameof(factor));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        return t => rate * Math.Pow(factor, t / every);
    }

    /// <summary>rate · factorᵗ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN.</exception>
    public static Func<int, double> Exponential(double rate, double factor)
    {
        CheckRate(rate, nameof(rate));
        CheckRate(factor, nameof(factor));
        return t => rate * Math.Pow(factor, t);
    }

    /// <summary>lowest + ½ (rate − lowest) (1 + cos(π t / length)) up to t = length, and the lowest rate from then on.</summary>
    /// <remarks>PyTorch's rate rises again after the end. Source: Loshchilov and Hutter, "SGDR", 2017, without restarts.</remarks>
    /// <param name="rate">The initial rate.</param>
    /// <param name="length">The time at which the lowest rate is reached.</param>
    /// <param name="lowest">The lowest rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN, or the length is 0.</exception>
    public static Func<int, double> Cosine(double rate, int length, double lowest = 0)
    {
        CheckRate(rate, nameof(rate));
        CheckRate(lowest, nameof(lowest));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return t => lowest + (0.5 * (rate - lowest) * (1 + Math.Cos(Math.PI * Math.Min(t, length) / length)));
    }

    /// <summary>
    /// A linear rise from first · then(0) at t = 0 to then(0) at t = length, after which <paramref name="then"/> starts from its own
    /// beginning.
    /// </summary>
    /// <param name="length">The duration of the rise; it may be 0.</param>
    /// <param name="then">The schedule that follows.</param>
    /// <param name="first">The initial fraction of its first rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or NaN.</exception>
    public static Func<int, double> Warmup(int length, Func<int, double> then, double first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(then);
        CheckRate(first, nameof(first));
        return t => t < length ? then(0) * (first + ((1 - first) * t / length)) : then(t - length);
    }

    /// <summary>One schedule after another, each from its own beginning; the last continues without end.</summary>
    /// <param name="last">The last one.</param>
    /// <param name="before">The schedules before it, each with its duration.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    public static Func<int, double> Chain(Func<int, double> last, params (Func<int, double> Schedule, int Length)[] before)
    {
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(before);
        foreach ((Func<int, double> schedule, int length) in before)
        {
            ArgumentNullException.ThrowIfNull(schedule, nameof(before));
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(before));
        }

        return t =>
        {
            foreach ((Func<int, double> schedule, int length) in before)
            {
                if (t < length)
                {
                    return schedule(t);
                }

                t -= length;
            }

            return last(t);
        };
    }

    private static void CheckRate(double value, string name)
    {
        if (!(value >= 0))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more; it is {value}.");
        }
    }
}
