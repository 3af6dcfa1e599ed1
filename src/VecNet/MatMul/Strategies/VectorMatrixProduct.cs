using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Products of a vector and a matrix (gemv): y = x·B, where each element of B is used once, so that the speed is that of reading B.
/// </summary>
/// <remarks>
/// B is read in long runs along its rows, several rows at a time. Each element of y is one chain in the order of k, as in
/// <see cref="MicroKernel"/>: a row of a batch has the same bits as the same row alone. The file is long because both orders of the loops
/// are unrolled over several rows.
/// </remarks>
internal static unsafe class VectorMatrixProduct
{
    /// <summary>The number of elements of y that stay in level 1 of the cache while rows of B are read.</summary>
    private const int Chunk = 2048;

    /// <summary>Computes the product, whose M or N is 1.</summary>
    /// <remarks>Where x or y is not contiguous, it is copied through scratch memory, chunk by chunk.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<T, TVector>(in MatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        MatrixProduct<T> x = product.N == 1 && product.M > 1 ? product.Transposed : product;
        bool isWhole = x.A.ColumnStride == 1 && x.C.ColumnStride == 1;
        nint width = isWhole ? x.N : nint.Min(x.N, Chunk), depth = isWhole ? x.K : nint.Min(x.K, Chunk);
        T* buffer = isWhole ? null : PackingBuffer<T>.Rent(2 * Chunk);
        for (nint j = 0; j < x.N; j += width)
        {
            T* c = x.C.Pointer + (j * x.C.ColumnStride);
            T* bias = product.Bias == null ? null : product.Bias + (product.N == 1 ? 0 : j);
            nint n = nint.Min(width, x.N - j);
            T* y = isWhole ? c : buffer;
            Start(x, c, bias, product.N == 1 ? 0 : 1, n, y);
            for (nint p = 0; p < x.K; p += depth)
            {
                nint k = nint.Min(depth, x.K - p);
                T* a = x.A.Pointer + (p * x.A.ColumnStride);
                if (!isWhole)
                {
                    Gather(a, x.A.ColumnStride, k, buffer + Chunk);
                    a = buffer + Chunk;
                }

                Add<T, TVector>(x, a, x.B.At(p, j), n, k, y);
            }

            for (nint q = 0; !isWhole && q < n; q++)
            {
                c[q * x.C.ColumnStride] = y[q];
            }
        }
    }

    private static void Start<T>(in MatrixProduct<T> x, T* c, T* bias, nint biasStride, nint n, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Accumulate && bias == null && y == c)
        {
            return;
        }

        for (nint j = 0; j < n; j++)
        {
            T added = bias == null ? T.Zero : bias[j * biasStride];
            y[j] = !x.Accumulate ? added : bias == null ? c[j * x.C.ColumnStride] : c[j * x.C.ColumnStride] + added;
        }
    }

    private static void Gather<T>(T* source, nint stride, nint count, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nint p = 0; p < count; p++)
        {
            target[p] = source[p * stride];
        }
    }

    private static void Add<T, TVector>(in MatrixProduct<T> x, T* a, T* b, nint n, nint k, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        if (x.B.ColumnStride == 1)
        {
            AddRows<T, TVector>(a, b, x.B.RowStride, n, k, y);
        }
        else
        {
            AddDots<T, TVector>(a, b, x.B.ColumnStride, n, k, y);
        }
    }

    /// <summary>y[j] += Σₚ x[p]·B[p · stride + j], for j &lt; n and p &lt; k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddRows<T, TVector>(T* x, T* b, nint stride, nint n, nint k, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint whole = n - (n % TVector.Count);
        for (nint start = 0; start < whole; start += Chunk)
        {
            nint end = nint.Min(whole, start + Chunk);
            nint p = 0;
            for (; p + 8 <= k; p += 8)
            {
                EightRows<T, TVector>(x + p, b + (p * stride) + start, stride, end - start, y + start);
            }

            for (; p < k; p++)
            {
                TVector factor = TVector.Broadcast(x[p]);
                T* source = b + (p * stride);
                for (nint j = start; j < end; j += TVector.Count)
                {
                    TVector.Store(TVector.MultiplyAdd(factor, TVector.Load(source + j), TVector.Load(y + j)), y + j);
                }
            }
        }

        if (whole < n)
        {
            AddRows<T, Scalar<T>>(x, b + whole, stride, n - whole, k, y + whole);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows<T, TVector>(T* x, T* b, nint stride, nint n, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        TVector x0 = TVector.Factor(x[0]), x1 = TVector.Factor(x[1]), x2 = TVector.Factor(x[2]), x3 = TVector.Factor(x[3]);
        TVector x4 = TVector.Factor(x[4]), x5 = TVector.Factor(x[5]), x6 = TVector.Factor(x[6]), x7 = TVector.Factor(x[7]);
        T* b4 = b + (4 * stride);
        for (nint j = 0; j < n; j += TVector.Count)
        {
            TVector sum = TVector.Load(y + j);
            TVector.AddProduct(ref sum, x0, TVector.Load(b + j));
            TVector.AddProduct(ref sum, x1, TVector.Load(b + stride + j));
            TVector.AddProduct(ref sum, x2, TVector.Load(b + (2 * stride) + j));
            TVector.AddProduct(ref sum, x3, TVector.Load(b + (3 * stride) + j));
            TVector.AddProduct(ref sum, x4, TVector.Load(b4 + j));
            TVector.AddProduct(ref sum, x5, TVector.Load(b4 + stride + j));
            TVector.AddProduct(ref sum, x6, TVector.Load(b4 + (2 * stride) + j));
            TVector.AddProduct(ref sum, x7, TVector.Load(b4 + (3 * stride) + j));
            TVector.Store(sum, y + j);
        }
    }

    /// <summary>y[j] += Σₚ x[p]·B[j · stride + p], for j &lt; n and p &lt; k.</summary>
    /// <remarks>
    /// Blocks of B, a cache line or a lane wide, are transposed in registers, so that the elements of a vector are neighbors in y:
    /// no sum is split. There are two vectors at a time, for one would wait for its chain.
    /// </remarks>
    internal static void AddDots<T, TVector>(T* x, T* b, nint stride, nint n, nint k, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint j = 0;
        if (TVector.HasLaneShuffles)
        {
            for (; j + (2 * TVector.Count) <= n; j += 2 * TVector.Count)
            {
                nint done = TVector.IsCacheLine ? TwoSquares<T, TVector>(x, b + (j * stride), stride, k, y + j) : 0;
                if (done < k)
                {
                    TwoVectors<T, TVector>(x + done, b + (j * stride) + done, stride, k - done, y + j);
                }
            }
        }

        for (; j + 4 <= n; j += 4)
        {
            FourScalars(x, b + (j * stride), stride, k, y + j);
        }

        for (; j < n; j++)
        {
            T sum = y[j];
            for (nint p = 0; p < k; p++)
            {
                sum = T.MultiplyAddEstimate(x[p], b[(j * stride) + p], sum);
            }

            y[j] = sum;
        }
    }

    /// <summary>The same for whole cache lines, each of which is read once.</summary>
    /// <remarks>
    /// Where the row stride is a power of two, as in most networks, lines would not stay in level 1 until all lanes are read.
    /// </remarks>
    /// <returns>The number of terms added; fewer than a vector has are left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint TwoSquares<T, TVector>(T* x, T* b, nint stride, nint k, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        T* second = b + (TVector.Count * stride);
        TVector sum0 = TVector.Load(y);
        TVector sum1 = TVector.Load(y + TVector.Count);
        nint p = 0;
        for (; p + TVector.Count <= k; p += TVector.Count)
        {
            Transposition.OfLine<T, TVector, AddColumn<T, TVector>>(ref sum0, b + p, stride, x + p, 1);
            Transposition.OfLine<T, TVector, AddColumn<T, TVector>>(ref sum1, second + p, stride, x + p, 1);
        }

        TVector.Store(sum0, y);
        TVector.Store(sum1, y + TVector.Count);
        return p;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoVectors<T, TVector>(T* x, T* b, nint stride, nint k, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint lane = 16 / sizeof(T);
        T* second = b + (TVector.Count * stride);
        TVector sum0 = TVector.Load(y);
        TVector sum1 = TVector.Load(y + TVector.Count);
        nint p = 0;
        for (; p + lane <= k; p += lane)
        {
            Transposition.OfLane<T, TVector, AddColumn<T, TVector>>(ref sum0, b + p, stride, x + p, 1);
            Transposition.OfLane<T, TVector, AddColumn<T, TVector>>(ref sum1, second + p, stride, x + p, 1);
        }

        TVector.Store(sum0, y);
        TVector.Store(sum1, y + TVector.Count);
        for (; p < k; p++)
        {
            for (nint j = 0; j < 2 * TVector.Count; j++)
            {
                y[j] = T.MultiplyAddEstimate(x[p], b[(j * stride) + p], y[j]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourScalars<T>(T* x, T* b, nint stride, nint k, T* y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum0 = y[0], sum1 = y[1], sum2 = y[2], sum3 = y[3];
        for (nint p = 0; p < k; p++, b++)
        {
            T factor = x[p];
            sum0 = T.MultiplyAddEstimate(factor, b[0], sum0);
            sum1 = T.MultiplyAddEstimate(factor, b[stride], sum1);
            sum2 = T.MultiplyAddEstimate(factor, b[2 * stride], sum2);
            sum3 = T.MultiplyAddEstimate(factor, b[3 * stride], sum3);
        }

        y[0] = sum0;
        y[1] = sum1;
        y[2] = sum2;
        y[3] = sum3;
    }
}
