namespace VecNet.Text;

/// <summary>How <see cref="SentenceEncoder"/> encodes many texts.</summary>
/// <remarks>
/// <code>
/// var options = new EncodingOptions { Threads = 4, Progress = done => Console.Error.WriteLine($"{done.Texts} texts") };
/// TensorBuffer&lt;float&gt; vectors = encoder.Encode(texts, options);
/// </code>
/// </remarks>
public sealed record EncodingOptions
{
    /// <summary>The maximum number of threads, the caller's included; 1 by default. Results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Is called after each pass of the network, by any of the threads, but not at the same time; null, which is the default, for nothing.
    /// </summary>
    public Action<EncodingProgress>? Progress { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not positive.</exception>
    internal void Check(string parameter)
    {
        if (Threads < 1)
        {
            throw new ArgumentOutOfRangeException(parameter, Threads, $"{nameof(Threads)} must be 1 or more; it is {Threads}.");
        }
    }
}
