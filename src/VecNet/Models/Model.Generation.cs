using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace VecNet;

/// <content>Texts that a causal network with a tokenizer writes.</content>
public sealed partial class Model<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether the model writes texts: it has a tokenizer, and an output for each of its tokens.</summary>
    public bool WritesTexts => Tokenizer is not null && Network.OutputSize == Tokenizer.VocabularySize
        && Network.Plan.Buffers[Network.Plan.Output].Rows.Kind == RowKind.Token;

    /// <summary>Writes the text that follows a prompt.</summary>
    /// <remarks>
    /// The network is one that a <see cref="Generator{T}"/> takes. Any number of threads may call this at the same time.
    /// <code>
    /// Model&lt;float&gt; model = Model.Load&lt;float&gt;("shakespeare.safetensors");
    /// string text = model.Generate("ROMEO:", new GenerationOptions { Temperature = 0.8, Seed = 1 });
    /// </code>
    /// </remarks>
    /// <param name="prompt">The beginning of the text, which is not empty.</param>
    /// <param name="options">How tokens are drawn; null for the defaults.</param>
    /// <returns>The text after the prompt.</returns>
    /// <exception cref="InvalidOperationException">The model does not write texts.</exception>
    /// <exception cref="ArgumentException">
    /// The prompt is empty, the tokenizer does not know a character, or the network cannot continue sequences.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public string Generate(string prompt, GenerationOptions? options = null)
    {
        (Generator<T> generator, int[] tokens) = Begin(prompt);
        var text = new TokenText(Tokenizer!);
        var result = new StringBuilder();
        foreach (int token in generator.Generate(tokens, options))
        {
            result.Append(text.Append(token));
        }

        return result.Append(text.Finish()).ToString();
    }

    /// <summary>Writes the text that follows a prompt, part by part as it is generated, on threads of the pool.</summary>
    /// <param name="prompt">The beginning of the text, which is not empty.</param>
    /// <param name="options">How tokens are drawn; null for the defaults.</param>
    /// <param name="cancellationToken">Takes effect between two tokens.</param>
    /// <returns>The parts of the text after the prompt; each has at least one character.</returns>
    /// <inheritdoc cref="Generate"/>
    /// <exception cref="OperationCanceledException">The generation has been canceled.</exception>
    public async IAsyncEnumerable<string> GenerateAsync(
        string prompt,
        GenerationOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (Generator<T> generator, int[] tokens) = Begin(prompt);
        var text = new TokenText(Tokenizer!);
        await foreach (int token in generator.GenerateAsync(tokens, options, cancellationToken).ConfigureAwait(false))
        {
            string part = text.Append(token);
            if (part.Length > 0)
            {
                yield return part;
            }
        }

        string last = text.Finish();
        if (last.Length > 0)
        {
            yield return last;
        }
    }

    private (Generator<T> Generator, int[] Tokens) Begin(string prompt)
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        return WritesTexts
            ? (new(Network), Tokenizer!.Encode(prompt))
            : throw new InvalidOperationException(
                "The model does not write texts: it has no tokenizer, or the network has no output for each of its tokens.");
    }
}
