using System.Numerics;

namespace VecNet;

/// <summary>The operands of a product in terms of strides, so that transposed operands are nothing special.</summary>
/// <remarks>A(i, p) = A[i · ARow + p · AStep], B(p, j) = B[p · BStep + j · BColumn], C(i, j) = C[i · CRow + j · CColumn].</remarks>
internal unsafe struct Product<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal T* A;
    internal nint ARow;
    internal nint AStep;

    internal T* B;
    internal nint BStep;
    internal nint BColumn;

    internal T* C;
    internal nint CRow;
    internal nint CColumn;

    /// <summary>A row added to every row of C, or null.</summary>
    internal T* Bias;

    internal nint M;
    internal nint N;
    internal nint K;

    internal bool Accumulate;

    /// <summary>What follows when an element is finished.</summary>
    internal Epilogue<T> Epilogue;

    /// <summary>Where this product's C begins in the C that the epilogue knows.</summary>
    internal nint FirstRow;
    internal nint FirstColumn;

    /// <summary>The same product as Cᵀ = Bᵀ·Aᵀ. There is neither a bias nor an epilogue then.</summary>
    internal readonly Product<T> Transposed() => new()
    {
        A = B,
        ARow = BColumn,
        AStep = BStep,
        B = A,
        BStep = AStep,
        BColumn = ARow,
        C = C,
        CRow = CColumn,
        CColumn = CRow,
        M = N,
        N = M,
        K = K,
        Accumulate = Accumulate,
    };
}
