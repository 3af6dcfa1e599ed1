using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <content>Tokens that are drawn by the network's outputs.</content>
public sealed partial class Generator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TokenSampler sampler;
    private readonly SplitMix64 random = new(0);
    private GenerationOptions options = new();
    private int remaining;

    /// <summary>The number of generations that have begun, so that one does not go on with the tokens of a later one.</summary>
    private int begun;

    /// <summary>The token that was drawn last, as long as the network has not read it; otherwise −1.</summary>
    private int drawn = -1;

    /// <summary>Begins to generate: the context becomes the prompt, or its last tokens if it has more than there is room for.</summary>
    /// <param name="prompt">The first tokens, at least one.</param>
    /// <param name="options">How tokens are drawn; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token, or an option is out of range.</exception>
    public void Begin(ReadOnlySpan<int> prompt, GenerationOptions? options = null)
    {
        options ??= new();
        options.Check(network.OutputSize, nameof(options));
        begun++;
        Reset();
        Append(prompt[^int.Min(prompt.Length, Context)..]);
        this.options = options;
        remaining = options.MaxTokens;
        random.State = SplitMix64.ForStream(options.Seed, RandomStream.Tokens).State;
    }

    /// <summary>Draws the next token after <see cref="Begin"/>.</summary>
    /// <param name="token">The token; 0 if there is none.</param>
    /// <returns>Whether there is a token: not after <see cref="GenerationOptions.MaxTokens"/>, or where a stop token was drawn.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no token in the context, or the network's outputs are not finite.
    /// </exception>
    public bool TryNext(out int token)
    {
        token = 0;
        if (remaining <= 0)
        {
            return false;
        }

        ReadDrawn();
        int next = sampler.Draw(Logits, options, random);
        if (IsStop(next))
        {
            remaining = 0;
            return false;
        }

        remaining--;
        token = drawn = next;
        return true;
    }

    /// <summary>
    /// Generates the tokens that follow a prompt, each when it is asked for. They can be enumerated once, and until the generator begins
    /// anew: the enumeration then throws an <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <inheritdoc cref="Begin"/>
    public IEnumerable<int> Generate(ReadOnlySpan<int> prompt, GenerationOptions? options = null)
    {
        Begin(prompt, options);
        int generation = begun;
        return Rest();

        IEnumerable<int> Rest()
        {
            while (TryNextOf(generation, out int token))
            {
                yield return token;
            }
        }
    }

    /// <summary>Generates the tokens that follow a prompt, each on a thread of the pool, so that the caller's thread is free.</summary>
    /// <param name="prompt">The first tokens, at least one.</param>
    /// <param name="options">How tokens are drawn; null for the defaults.</param>
    /// <param name="cancellationToken">Takes effect between two tokens.</param>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The generation has been canceled.</exception>
    /// <exception cref="InvalidOperationException">The generator has begun anew.</exception>
    public async IAsyncEnumerable<int> GenerateAsync(
        ReadOnlyMemory<int> prompt,
        GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Run(() => Begin(prompt.Span, options), cancellationToken).ConfigureAwait(false);
        int generation = begun;
        while (true)
        {
            (bool hasToken, int token) =
                await Task.Run(() => (TryNextOf(generation, out int next), next), cancellationToken).ConfigureAwait(false);
            if (!hasToken)
            {
                yield break;
            }

            yield return token;
        }
    }

    private bool TryNextOf(int generation, out int token) => generation == begun
        ? TryNext(out token)
        : throw new InvalidOperationException("The generator has begun anew since: these tokens cannot be continued.");

    /// <summary>Reads the token that was drawn last, which has not been read since no token after it was wanted.</summary>
    private void ReadDrawn()
    {
        if (drawn < 0)
        {
            return;
        }

        int token = drawn;
        drawn = -1;
        if (kept.Position == Context && history.Length > 0)
        {
            kept.Position = 0;
            Read(history.AsSpan(Context - (Context / 2)));
        }

        Read([token]);
    }

    private bool IsStop(int token)
    {
        for (int i = 0; i < options.StopTokens.Count; i++)
        {
            if (options.StopTokens[i] == token)
            {
                return true;
            }
        }

        return false;
    }
}
