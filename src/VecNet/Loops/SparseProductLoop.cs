using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The products of a matrix of sparse rows: X·W + b, and Xᵀ·G.</summary>
/// <remarks>
/// Both walk over the stored elements of X, each of which is a column index p and a value v. The first adds v · (row p of W) to a row of Y
/// that stays in registers, four vectors at a time, then one, then the rest of the columns: masked where the machine can, otherwise one by
/// one. The second adds v · (row i of G) to row p of the result. Every element of a result is one chain of multiply-adds in the order of
/// the stored elements. Rows of W are read in no order that the machine could guess, so that they are prefetched.
/// </remarks>
internal static unsafe class SparseProductLoop
{
    /// <summary>
    /// The number of stored elements between a prefetch and its use: a dozen nanoseconds' work each for a narrow W hides the latency of the
    /// memory.
    /// </summary>
    private const int Distance = 16;

    /// <summary>Y = X·W + b; b may be empty. The caller has checked shapes, overlap and every index.</summary>
    internal static void Multiply<T>(SparseRowsView<T> x, ReadOnlyTensorView<T> w, ReadOnlySpan<T> bias, TensorView<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(x.Columns == w.Rows && y.Rows == x.Rows && y.Columns == w.Columns, "Shapes are checked at the public surface.");
        fixed (T* pv = x.Values, pw = w.Span, pb = bias, py = y.Span)
        fixed (int* ps = x.Starts, pi = x.Indices)
        {
            Routine<T> routine = new()
            {
                Operands = new()
                {
                    Starts = ps, Indices = pi, Values = pv, Rows = x.Rows, Columns = y.Columns,
                    Matrix = pw, MatrixStride = w.RowStride, Bias = bias.IsEmpty ? null : pb, Other = py, OtherStride = y.RowStride,
                },
            };
            VectorDispatch.Run<T, Routine<T>>(ref routine);
        }
    }

    /// <summary>D += Xᵀ·G. The caller has checked shapes, overlap and every index.</summary>
    internal static void AddTransposed<T>(SparseRowsView<T> x, ReadOnlyTensorView<T> g, TensorView<T> d)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(x.Columns == d.Rows && g.Rows == x.Rows && g.Columns == d.Columns, "Shapes are checked at the public surface.");
        fixed (T* pv = x.Values, pg = g.Span, pd = d.Span)
        fixed (int* ps = x.Starts, pi = x.Indices)
        {
            Routine<T> routine = new()
            {
                IsTransposed = true,
                Operands = new()
                {
                    Starts = ps, Indices = pi, Values = pv, Rows = x.Rows, Columns = g.Columns,
                    Matrix = pd, MatrixStride = d.RowStride, Other = pg, OtherStride = g.RowStride,
                },
            };
            VectorDispatch.Run<T, Routine<T>>(ref routine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void MultiplyLoop<T, TVector>(in Operands<T> o)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint whole = o.Columns / TVector.Count * TVector.Count;
        nint fours = o.Columns / (4 * TVector.Count) * (4 * TVector.Count);
        bool hasMask = TVector.HasMaskedAccess && whole < o.Columns;
        TVector mask = hasMask ? TVector.FirstElements(o.Columns - whole) : default;
        for (nint row = 0; row < o.Rows; row++)
        {
            nint begin = o.Starts[row], end = o.Starts[row + 1];
            T* y = o.Other + (row * o.OtherStride);
            nint j = 0;
            for (; j < fours; j += 4 * TVector.Count)
            {
                T* b = o.Bias + j;
                TVector sum0 = o.Bias is null ? default : TVector.Load(b);
                TVector sum1 = o.Bias is null ? default : TVector.Load(b + TVector.Count);
                TVector sum2 = o.Bias is null ? default : TVector.Load(b + (2 * TVector.Count));
                TVector sum3 = o.Bias is null ? default : TVector.Load(b + (3 * TVector.Count));
                for (nint e = begin; e < end; e++)
                {
                    TVector v = TVector.Factor(o.Values[e]);
                    T* w = o.MatrixRow(e) + j;
                    Machine.Prefetch((byte*)(o.MatrixRow(nint.Min(e + Distance, end - 1)) + j));
                    TVector.AddProduct(ref sum0, v, TVector.Load(w));
                    TVector.AddProduct(ref sum1, v, TVector.Load(w + TVector.Count));
                    TVector.AddProduct(ref sum2, v, TVector.Load(w + (2 * TVector.Count)));
                    TVector.AddProduct(ref sum3, v, TVector.Load(w + (3 * TVector.Count)));
                }

                TVector.Store(sum0, y + j);
                TVector.Store(sum1, y + j + TVector.Count);
                TVector.Store(sum2, y + j + (2 * TVector.Count));
                TVector.Store(sum3, y + j + (3 * TVector.Count));
            }

            for (; j < whole; j += TVector.Count)
            {
                TVector sum = o.Bias is null ? default : TVector.Load(o.Bias + j);
                for (nint e = begin; e < end; e++)
                {
                    Machine.Prefetch((byte*)(o.MatrixRow(nint.Min(e + Distance, end - 1)) + j));
                    TVector.AddProduct(ref sum, TVector.Factor(o.Values[e]), TVector.Load(o.MatrixRow(e) + j));
                }

                TVector.Store(sum, y + j);
            }

            if (hasMask)
            {
                TVector sum = o.Bias is null ? default : TVector.LoadMasked(o.Bias + j, mask);
                for (nint e = begin; e < end; e++)
                {
                    Machine.Prefetch((byte*)(o.MatrixRow(nint.Min(e + Distance, end - 1)) + j));
                    TVector.AddProduct(ref sum, TVector.Factor(o.Values[e]), TVector.LoadMasked(o.MatrixRow(e) + j, mask));
                }

                TVector.StoreMasked(sum, y + j, mask);
                continue;
            }

            for (; j < o.Columns; j++)
            {
                Scalar<T> sum = o.Bias is null ? default : Scalar<T>.Load(o.Bias + j);
                for (nint e = begin; e < end; e++)
                {
                    Scalar<T>.AddProduct(ref sum, Scalar<T>.Factor(o.Values[e]), Scalar<T>.Load(o.MatrixRow(e) + j));
                }

                Scalar<T>.Store(sum, y + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void AddTransposedLoop<T, TVector>(in Operands<T> o)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint whole = o.Columns / TVector.Count * TVector.Count;
        bool hasMask = TVector.HasMaskedAccess && whole < o.Columns;
        TVector mask = hasMask ? TVector.FirstElements(o.Columns - whole) : default;
        for (nint row = 0; row < o.Rows; row++)
        {
            nint end = o.Starts[row + 1];
            T* g = o.Other + (row * o.OtherStride);
            for (nint e = o.Starts[row]; e < end; e++)
            {
                T* d = o.MatrixRow(e);
                Machine.Prefetch((byte*)o.MatrixRow(nint.Min(e + Distance, end - 1)));
                TVector v = TVector.Broadcast(o.Values[e]);
                nint j = 0;
                for (; j < whole; j += TVector.Count)
                {
                    TVector.Store(TVector.MultiplyAdd(v, TVector.Load(g + j), TVector.Load(d + j)), d + j);
                }

                if (hasMask)
                {
                    TVector sum = TVector.MultiplyAdd(v, TVector.LoadMasked(g + j, mask), TVector.LoadMasked(d + j, mask));
                    TVector.StoreMasked(sum, d + j, mask);
                    continue;
                }

                for (; j < o.Columns; j++)
                {
                    Scalar<T> sum = Scalar<T>.Load(d + j);
                    Scalar<T>.AddProduct(ref sum, Scalar<T>.Factor(o.Values[e]), Scalar<T>.Load(g + j));
                    Scalar<T>.Store(sum, d + j);
                }
            }
        }
    }

    /// <summary>The addresses and row strides of the operands.</summary>
    private struct Operands<T>
        where T : unmanaged
    {
        internal int* Starts;
        internal int* Indices;
        internal T* Values;
        internal nint Rows;
        internal nint Columns;

        /// <summary>The matrix with a row for each column of X: W, or the result D.</summary>
        internal T* Matrix;
        internal nint MatrixStride;
        internal T* Bias;

        /// <summary>The matrix with a row for each row of X: the result Y, or G.</summary>
        internal T* Other;
        internal nint OtherStride;

        /// <summary>The row of the matrix that belongs to a stored element of X.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal readonly T* MatrixRow(nint element) => Matrix + (Indices[element] * MatrixStride);
    }

    private struct Routine<T> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal Operands<T> Operands;
        internal bool IsTransposed;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            if (IsTransposed)
            {
                AddTransposedLoop<T, TVector>(Operands);
            }
            else
            {
                MultiplyLoop<T, TVector>(Operands);
            }
        }
    }
}
