namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>One row of a comparison: what everyone computes, with a number of threads.</summary>
/// <param name="Precision">The element type.</param>
/// <param name="Threads">How many threads a contender may use.</param>
internal abstract record ComparedRow(Precision Precision, int Threads)
{
    /// <summary>What no other row is called, for example <c>512³ Aᵀ·B float64, 2 threads</c>.</summary>
    internal virtual string Name => $"{ShortName}{(Threads == 1 ? "" : $", {Threads} threads")}";

    /// <summary>The name without the number of threads.</summary>
    internal abstract string ShortName { get; }

    /// <summary>Floating-point operations, a multiply-add counting as two; 0 where their number means nothing.</summary>
    internal abstract double Operations { get; }

    internal Type ElementType => Precision == Precision.Float32 ? typeof(float) : typeof(double);

    internal static string NameOf(Precision precision) => precision == Precision.Float32 ? "float32" : "float64";

    /// <summary>The row in the words of the protocol.</summary>
    internal abstract string ToWords();
}

/// <summary>The element type of a row.</summary>
internal enum Precision
{
    Float32,
    Float64,
}
