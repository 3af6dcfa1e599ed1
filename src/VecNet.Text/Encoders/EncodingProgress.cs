namespace VecNet.Text;

/// <summary>What has been encoded so far, for <see cref="EncodingOptions.Progress"/>.</summary>
/// <param name="Texts">The number of texts.</param>
/// <param name="Tokens">The number of their tokens.</param>
/// <remarks>
/// <code>
/// Action&lt;EncodingProgress&gt; show = done => Console.Error.WriteLine($"{done.Texts} texts, {done.Tokens} tokens");
/// </code>
/// </remarks>
public readonly record struct EncodingProgress(int Texts, long Tokens);
