using System.Numerics;

namespace VecNet;

/// <summary>A product to compute: C = A·B or C += A·B, with a bias and an epilogue. A is M × K, B is K × N, C is M × N.</summary>
internal unsafe struct MatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal MatrixOperand<T> A;
    internal MatrixOperand<T> B;
    internal MatrixOperand<T> C;

    /// <summary>The row that is added to every row of C; or null.</summary>
    internal T* Bias;

    internal nint M;
    internal nint N;
    internal nint K;

    /// <summary>Whether the product is added to what C holds.</summary>
    internal bool Accumulate;

    /// <summary>The epilogue, through which each finished element of C passes.</summary>
    internal Epilogue<T> Epilogue;

    /// <summary>The first row of this C in the C that the epilogue sees.</summary>
    internal nint FirstRow;

    /// <inheritdoc cref="FirstRow"/>
    internal nint FirstColumn;

    /// <summary>The same product as Cᵀ = Bᵀ·Aᵀ, without bias and epilogue: C already contains the bias, and the epilogue follows.</summary>
    internal readonly MatrixProduct<T> Transposed => new()
    {
        A = B.Transposed,
        B = A.Transposed,
        C = C.Transposed,
        M = N,
        N = M,
        K = K,
        Accumulate = Accumulate,
    };

    /// <summary>The product that computes <paramref name="count"/> rows of C from <paramref name="first"/> on.</summary>
    internal readonly MatrixProduct<T> Rows(nint first, nint count)
    {
        MatrixProduct<T> x = this;
        x.A.Pointer += first * A.RowStride;
        x.C.Pointer += first * C.RowStride;
        x.M = count;
        x.FirstRow += first;
        return x;
    }

    /// <summary>The product that computes <paramref name="count"/> columns of C from <paramref name="first"/> on.</summary>
    internal readonly MatrixProduct<T> Columns(nint first, nint count)
    {
        MatrixProduct<T> x = this;
        x.B.Pointer += first * B.ColumnStride;
        x.C.Pointer += first * C.ColumnStride;
        x.Bias = Bias == null ? null : Bias + first;
        x.N = count;
        x.FirstColumn += first;
        return x;
    }

    /// <summary>Writes the bias into C, or adds it to C, and returns the product that accumulates into that C.</summary>
    internal readonly MatrixProduct<T> OnBias()
    {
        for (nint i = 0; i < M; i++)
        {
            T* c = C.Pointer + (i * C.RowStride);
            for (nint j = 0; j < N; j++)
            {
                c[j] = Accumulate ? c[j] + Bias[j] : Bias[j];
            }
        }

        MatrixProduct<T> x = this;
        x.Bias = null;
        x.Accumulate = true;
        return x;
    }

    /// <summary>Passes all of C to the epilogue.</summary>
    internal readonly void Finish() => Epilogue.Invoke(C.Pointer, C.RowStride, FirstRow, FirstColumn, M, N);
}
