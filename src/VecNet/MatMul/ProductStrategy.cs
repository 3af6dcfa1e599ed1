namespace VecNet;

/// <summary>
/// The strategies by which one thread computes a product; <see cref="ProductRoute"/> takes the first whose condition holds.
/// </summary>
/// <remarks>
/// No choice changes a bit, except for the payload of a NaN that is the sum of two: each element of C is one chain in the order of k.
/// </remarks>
internal enum ProductStrategy
{
    /// <summary>Condition: C has no element. Reason: there is nothing to compute, and no block for an epilogue.</summary>
    None,

    /// <summary>
    /// Condition: one row, not wider than a vector that can be masked, of few terms. Reason: small networks consist of such products, and
    /// no other strategy starts as fast. <see cref="OneVectorProduct"/>.
    /// </summary>
    OneVector,

    /// <summary>
    /// Condition: a column times a row, k = 1. Reason: the product only writes C, so that it is traversed in memory order.
    /// <see cref="OuterProduct"/>.
    /// </summary>
    Outer,

    /// <summary>
    /// Condition: a vector times a matrix, or a matrix times a vector. Reason: each element of the matrix is used once, so that the speed
    /// is that of reading memory in long runs. <see cref="VectorMatrixProduct"/>.
    /// </summary>
    VectorMatrix,

    /// <summary>
    /// Condition: fewer vectors are computed for Cᵀ = Bᵀ·Aᵀ, and that saves more than the transposition of C costs. Reason: with few
    /// columns, vectors along the rows of C are mostly empty. <see cref="Loops5To2{T, TVector}"/> with operands swapped.
    /// </summary>
    Transposed,

    /// <summary>
    /// Condition: fewer columns than a vector has, which cannot be masked. Reason: there is no kernel; it is computed in vectors of one
    /// element, for which the strategy is chosen again.
    /// </summary>
    Elements,

    /// <summary>
    /// Condition: the columns after the last full vector are computed faster as a transposed product, and A fits into the cache. Reason: A
    /// is read twice, but no vector is mostly empty. There are two products, each with its own strategy.
    /// </summary>
    FullVectorsAndRest,

    /// <summary>
    /// Condition: A stays in level 2 of the cache, one block of terms, nothing is worth packing. Reason: up to about 512³ operands are read
    /// in place as fast as packed ones. Loops 2 and 1: <see cref="UnpackedProduct"/>.
    /// </summary>
    Unpacked,

    /// <summary>
    /// All others: the five loops around the micro-kernel, which pack where that pays. <see cref="Loops5To2{T, TVector}"/>.
    /// </summary>
    Blocked,
}
