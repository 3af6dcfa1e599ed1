namespace VecNet;

/// <summary>How a <see cref="Generator{T}"/> draws tokens.</summary>
/// <remarks>
/// With the network's outputs z, the probability of a token is pᵢ = e^(zᵢ/t) / Σ e^(zⱼ/t), where t is the temperature. Of these tokens
/// the most probable ones remain, by <see cref="TopK"/> and then by <see cref="TopP"/>, and one of them is drawn in proportion to its
/// probability. Of equal outputs the token with the smaller number counts as more probable.
/// <code>
/// var options = new GenerationOptions { Temperature = 0.8, TopK = 40, Seed = 7 };
/// </code>
/// </remarks>
public sealed record GenerationOptions
{
    /// <summary>The largest number of tokens to generate.</summary>
    public int MaxTokens { get; init; } = 200;

    /// <summary>t, 1 by default; less makes probable tokens more probable, and 0 always takes the most probable one.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The number of tokens that remain; null, which is the default, for all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// The fraction p, in (0, 1]: the most probable tokens remain that together have at least this fraction of the probability of all that
    /// <see cref="TopK"/> leaves; null, which is the default, for all.
    /// </summary>
    /// <remarks>Source: Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020.</remarks>
    public double? TopP { get; init; }

    /// <summary>The tokens before which generation ends; none by default.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>The seed of the draws. The same network, prompt, options and seed give the same tokens.</summary>
    public ulong Seed { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    internal void Check(int tokens, string parameter)
    {
        Check(MaxTokens >= 0, nameof(MaxTokens), MaxTokens, "0 or more");
        Check(Temperature is >= 0 and < double.PositiveInfinity, nameof(Temperature), Temperature, "0 or more, and finite");
        Check(TopK is not < 1, nameof(TopK), TopK, "1 or more");
        Check(TopP is null or (> 0 and <= 1), nameof(TopP), TopP, "above 0 and at most 1");
        ArgumentNullException.ThrowIfNull(StopTokens, parameter);
        foreach (int token in StopTokens)
        {
            Check((uint)token < (uint)tokens, nameof(StopTokens), token, $"numbers of the {tokens} tokens, from 0 on");
        }

        void Check(bool isRight, string name, object? value, string range)
        {
            if (!isRight)
            {
                throw new ArgumentOutOfRangeException(parameter, value, $"{name} must be {range}; it is {value}.");
            }
        }
    }
}
