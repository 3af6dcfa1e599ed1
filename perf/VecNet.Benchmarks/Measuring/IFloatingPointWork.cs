namespace VecNet.Benchmarks.Measuring;

/// <summary>What a benchmark class declares to get the columns GFLOP/s and % of FMA peak.</summary>
internal interface IFloatingPointWork
{
    /// <summary>One call with the parameters that are set; every method of the class is measured by the same number.</summary>
    FloatingPointWork Work { get; }
}

/// <summary>
/// Multiplications and additions of matrix products, a multiply-add counting as two, and the element type and the threads whose peak counts.
/// </summary>
internal sealed record FloatingPointWork(double Operations, Type ElementType, int Threads = 1)
{
    internal FloatingPointWork(ComparedRow row)
        : this(row.FloatingPointOperations, row.ElementType, row.Threads)
    {
    }
}
