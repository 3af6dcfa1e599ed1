namespace VecNet;

/// <summary>
/// The ways in which one thread computes a product: the first whose condition holds is taken, by <see cref="ProductRoute"/>.
/// </summary>
/// <remarks>
/// No choice changes a bit, but for the payload of a NaN that two NaNs made: each element of C is one chain in the order of k.
/// </remarks>
internal enum ProductStrategy
{
    /// <summary>Condition: C has no element. Reason: there is nothing to do, and nothing for an epilogue.</summary>
    None,

    /// <summary>
    /// Condition: one row, not wider than a vector that can be masked, of few terms. Reason: small networks consist of it, and
    /// nothing else starts as soon. <see cref="OneVectorProduct"/>.
    /// </summary>
    OneVector,

    /// <summary>
    /// Condition: a column times a row, k = 1. Reason: the product only writes C, so the memory is passed in its own order.
    /// <see cref="OuterProduct"/>.
    /// </summary>
    Outer,

    /// <summary>
    /// Condition: a vector times a matrix, or a matrix times a vector. Reason: each element of the matrix is used once, so that the
    /// speed is that of reading it in long runs. <see cref="VectorMatrixProduct"/>.
    /// </summary>
    VectorMatrix,

    /// <summary>
    /// Condition: fewer vectors are computed for Cᵀ = Bᵀ·Aᵀ, and more is saved than the transposition of C costs. Reason: with few
    /// columns, vectors along the rows of C are mostly empty. <see cref="Loops5To2{T, TVector}"/> with operands swapped.
    /// </summary>
    Transposed,

    /// <summary>
    /// Condition: fewer columns than a vector has, which cannot be masked. Reason: there is no kernel; elements are chosen for anew.
    /// </summary>
    Elements,

    /// <summary>
    /// Condition: the columns after the last full vector are computed faster as a transposed product, and A lies in the cache. Reason:
    /// A is read twice, but no vector is mostly empty. Two products, each with a strategy of its own.
    /// </summary>
    FullVectorsAndRest,

    /// <summary>
    /// Condition: A stays in level 2 of the cache, one block of terms, nothing is worth packing. Reason: up to about 512³ the operands
    /// are read where they lie as fast as packed ones. Loops 2 and 1: <see cref="UnpackedProduct"/>.
    /// </summary>
    Unpacked,

    /// <summary>
    /// All others: the five loops around the micro-kernel, which pack what is worth it. <see cref="Loops5To2{T, TVector}"/>.
    /// </summary>
    Blocked,
}
