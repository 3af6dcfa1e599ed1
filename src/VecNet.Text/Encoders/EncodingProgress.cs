namespace VecNet.Text;

/// <summary>What has been encoded so far, for <see cref="EncodingOptions.Progress"/>.</summary>
/// <param name="Texts">The number of texts.</param>
/// <param name="Tokens">The number of their tokens.</param>
/// <param name="Truncated">The number of texts that have more tokens than the encoder reads; their ends have been ignored.</param>
/// <remarks>
/// <code>
/// Action&lt;EncodingProgress&gt; show = done => Console.Error.WriteLine($"{done.Texts} texts, {done.Tokens} tokens");
/// </code>
/// </remarks>
public readonly record struct EncodingProgress(int Texts, long Tokens, int Truncated);
