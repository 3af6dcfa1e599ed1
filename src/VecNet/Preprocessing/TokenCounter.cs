using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Counts those tokens of one text that are features of a vocabulary; its memory is kept for the next text.</summary>
/// <remarks>
/// A feature has been counted if the place that is stored for it is in use and names it, as in <see cref="TouchedRows"/>.
/// </remarks>
internal sealed class TokenCounter(TokenTable vocabulary)
{
    private readonly int[] places = new int[vocabulary.Count];
    private int[] features = new int[256];
    private int[] counts = new int[256];
    private int count;

    /// <summary>The features that occur in the text, in the order of their first occurrence.</summary>
    internal ReadOnlySpan<int> Features => features.AsSpan(0, count);

    /// <summary>How often each of <see cref="Features"/> occurs.</summary>
    internal ReadOnlySpan<int> Counts => counts.AsSpan(0, count);

    /// <summary>Counts the features of a text.</summary>
    internal void Count(ReadOnlySpan<char> text, TextVectorizerOptions options)
    {
        count = 0;
        new TextScanner<Sink>(options, new Sink(this)).Scan(text);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(ulong token)
    {
        int feature = vocabulary.Find(token);
        if (feature < 0)
        {
            return;
        }

        int place = places[feature];
        if (place < count && features[place] == feature)
        {
            counts[place]++;
            return;
        }

        if (count == features.Length)
        {
            Array.Resize(ref features, 2 * count);
            Array.Resize(ref counts, 2 * count);
        }

        places[feature] = count;
        features[count] = feature;
        counts[count++] = 1;
    }

    private readonly struct Sink(TokenCounter counter) : ITokenSink
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong token) => counter.Add(token);
    }
}
