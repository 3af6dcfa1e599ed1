namespace VecNet;

/// <summary>
/// The purposes for which the library draws numbers, each from its own stream, so that equal seeds do not give related numbers.
/// </summary>
internal static class RandomStream
{
    internal const ulong Weights = 1UL << 32;
    internal const ulong Dropout = Weights + 1;
    internal const ulong RowOrder = Weights + 2;
    internal const ulong CheckedParameters = Weights + 3;
    internal const ulong CheckedUpstream = Weights + 4;
    internal const ulong Folds = Weights + 5;
    internal const ulong Permutations = Weights + 6;
    internal const ulong HeldOut = Weights + 7;
    internal const ulong Tokens = Weights + 8;
    internal const ulong Windows = Weights + 9;
    internal const ulong BatchOrder = Weights + 10;
    internal const ulong ComparedTexts = Weights + 11;

    /// <summary>The weights of one layer.</summary>
    internal static SplitMix64 OfLayer(ulong seed, int layer) =>
        SplitMix64.ForStream(SplitMix64.ForStream(seed, Weights).State, (ulong)layer);
}
