namespace VecNet.Benchmarks.Measuring;

/// <summary>What a benchmark class declares to get the columns GFLOP/s and % of FMA peak.</summary>
internal interface IFloatingPointWork
{
    /// <summary>
    /// The floating-point operations of one call with the parameters that are set: multiplications and additions of the
    /// matrix products, a multiply-add counting as two. Every method of the class is measured by the same number.
    /// </summary>
    double Operations { get; }

    /// <summary>The element type whose peak counts.</summary>
    Type ElementType { get; }

    /// <summary>How many threads work, and whose peak counts.</summary>
    int Threads => 1;
}
