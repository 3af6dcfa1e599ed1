using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Softmax over the rows of a tile of scores, each of which may end before the tile does, forward and backward.</summary>
/// <remarks>
/// A tile is scratch memory whose rows have room for whole vectors: what is behind the end of a row is written, too. Row i has
/// <c>first</c> + i elements, as in causal attention, and at most as many as there are columns; the other columns of the result are 0.
/// </remarks>
internal static unsafe class SoftmaxTile
{
    /// <summary>
    /// Replaces each score s by p = e^(s − λ), where λ = m + log Σ e^(s − m) of the row and its largest score m. The sums are overwritten.
    /// </summary>
    internal static void Forward<T>(TensorView<T> tile, int columns, int first, Span<T> lambda, Span<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* scores = tile.Span, maxima = lambda, pSums = sums)
        {
            Routine<T> routine = new()
            {
                Rows = new(scores, null, tile.RowStride, tile.Rows, columns, first, maxima, pSums),
                IsBackward = false,
            };
            VectorDispatch.Run<T, Routine<T>>(ref routine);
        }

        BinaryLoop.Run(sums, lambda, lambda, default(LogPlus<T>));
    }

    /// <summary>
    /// Replaces each score s by p = e^(s − λ), and each gradient g = ∂L/∂p by ∂L/∂s = p·(g − Σ p·g), where the sum over the row is given.
    /// </summary>
    /// <remarks>
    /// p_j = e^(s_j) / Σ e^(s_k): ∂p_j/∂s_j = p_j − p_j² and ∂p_j/∂s_k = −p_j p_k, so that ∂L/∂s_k = Σ_j g_j ∂p_j/∂s_k
    /// = p_k g_k − p_k Σ_j p_j g_j.
    /// </remarks>
    internal static void Backward<T>(
        TensorView<T> tile, TensorView<T> gradients, int columns, int first, ReadOnlySpan<T> lambda, ReadOnlySpan<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(tile.RowStride == gradients.RowStride, "Both tiles have the same room.");
        fixed (T* scores = tile.Span, pGradients = gradients.Span, pLambda = lambda, pSums = sums)
        {
            Routine<T> routine = new()
            {
                Rows = new(scores, pGradients, tile.RowStride, tile.Rows, columns, first, pLambda, pSums),
                IsBackward = true,
            };
            VectorDispatch.Run<T, Routine<T>>(ref routine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    private static void Forward<T, TVector>(in Rows<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        T* none = stackalloc T[TVector.Count];
        TVector.Store(TVector.Broadcast(T.NegativeInfinity), none);
        TVector zero = TVector.Broadcast(T.Zero);
        for (nint row = 0; row < x.Count; row++)
        {
            T* s = x.Scores + (row * x.Stride);
            nint end = nint.Min(x.Columns, x.First + row), whole = 0;
            for (; whole < end; whole += TVector.Count)
            {
            }

            for (nint j = end; j < whole; j++)
            {
                s[j] = T.NegativeInfinity;
            }

            T maximum = RowExponentials.Maximum<T, TVector>(s, whole, none);
            T sum = RowExponentials.Sum<T, TVector, RowExponentials.Stored>(s, s, whole, hasEnd: false, none, maximum);
            x.Lambda[row] = maximum;
            x.Sums[row] = sum;
            TVector factor = TVector.Broadcast(T.One / sum);
            for (nint j = 0; j < whole; j += TVector.Count)
            {
                TVector.Store(TVector.Multiply(TVector.Load(s + j), factor), s + j);
            }

            for (nint j = whole; j < x.Columns; j += TVector.Count)
            {
                TVector.Store(zero, s + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Backward<T, TVector>(in Rows<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        for (nint row = 0; row < x.Count; row++)
        {
            T* s = x.Scores + (row * x.Stride);
            T* g = x.Gradients + (row * x.Stride);
            nint end = nint.Min(x.Columns, x.First + row);
            TVector lambda = TVector.Broadcast(x.Lambda[row]), sum = TVector.Broadcast(x.Sums[row]);
            for (nint j = 0; j < end; j += TVector.Count)
            {
                TVector p = Exponential.Exp<T, TVector>(TVector.Subtract(TVector.Load(s + j), lambda));
                TVector.Store(p, s + j);
                TVector.Store(TVector.Multiply(p, TVector.Subtract(TVector.Load(g + j), sum)), g + j);
            }

            if (end < x.Columns)
            {
                new Span<T>(s + end, (int)(x.Columns - end)).Clear();
                new Span<T>(g + end, (int)(x.Columns - end)).Clear();
            }
        }
    }

    /// <summary>log x + y.</summary>
    private readonly struct LogPlus<T> : IBinaryKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => TVector.Add(Logarithm.Log<T, TVector>(x), y);
    }

    /// <summary>The operands; the gradients are null in the forward pass.</summary>
    private readonly struct Rows<T>(
        T* scores, T* gradients, nint stride, nint count, nint columns, nint first, T* lambda, T* sums)
        where T : unmanaged
    {
        internal readonly T* Scores = scores;
        internal readonly T* Gradients = gradients;
        internal readonly nint Stride = stride;
        internal readonly nint Count = count;
        internal readonly nint Columns = columns;
        internal readonly nint First = first;
        internal readonly T* Lambda = lambda;
        internal readonly T* Sums = sums;
    }

    private struct Routine<T> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal Rows<T> Rows;
        internal bool IsBackward;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            if (IsBackward)
            {
                Backward<T, TVector>(Rows);
            }
            else
            {
                Forward<T, TVector>(Rows);
            }
        }
    }
}
