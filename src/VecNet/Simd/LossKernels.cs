using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The loss of an element and its derivative, written once for every vector width.</summary>
internal interface ILossKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss of prediction x and target t; the weight is 1 where there are none.</summary>
    TVector Invoke<TVector>(TVector x, TVector t, TVector weight, out TVector derivative)
        where TVector : struct, IVector<TVector, T>;
}

/// <summary>Sweeps of elementwise losses: a row's sum and its gradient at once.</summary>
/// <remarks>
/// The order of the sum depends on the row's length and the vector width alone: two accumulators take every other vector; a last vector, and a part of one or, without parts, scalars
/// follow. The gradient may lie over prediction or targets: each element is read before it is written.
/// </remarks>
internal static unsafe class LossKernels
{
    /// <summary>Σ loss(x[j], t[j]); gradient[j] = scale · ∂loss/∂x unless it is empty. The caller has checked lengths and sharing.</summary>
    internal static T Run<T, TKernel>(ReadOnlySpan<T> x, ReadOnlySpan<T> t, ReadOnlySpan<T> weights, Span<T> gradient, T scale, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ILossKernel<T>
    {
        fixed (T* px = x, pt = t, pw = weights, pg = gradient)
        {
            var row = new Places<T> { X = px, Target = pt, Weight = pw, Gradient = pg, Scale = scale };
            return Machine.Has512 ? Loop<T, Wide512<T>, TKernel>(row, x.Length, kernel)
                : Machine.HasVectors ? Loop<T, Portable<T>, TKernel>(row, x.Length, kernel)
                : Loop<T, Scalar<T>, TKernel>(row, x.Length, kernel);
        }
    }

    private static T Loop<T, TVector, TKernel>(Places<T> row, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ILossKernel<T>
    {
        nint done = length / Pair<TVector, T>.Count * Pair<TVector, T>.Count;
        T sum = done > 0 ? Whole<T, Pair<TVector, T>, TKernel>(row, 0, done, kernel) : T.Zero;
        nint rest = length - done;
        if (rest >= TVector.Count)
        {
            sum += Whole<T, TVector, TKernel>(row, done, done + TVector.Count, kernel);
            done += TVector.Count;
            rest -= TVector.Count;
        }

        return rest == 0 ? sum
            : sum + (TVector.HasParts ? Part<T, TVector, TKernel>(row, done, rest, kernel) : Whole<T, Scalar<T>, TKernel>(row, done, length, kernel));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T Whole<T, TVector, TKernel>(Places<T> row, nint start, nint end, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ILossKernel<T>
    {
        TVector sum = TVector.Broadcast(T.Zero);
        TVector scale = TVector.Broadcast(row.Scale);
        for (nint j = start; j < end; j += TVector.Count)
        {
            TVector weight = row.Weight == null ? TVector.Broadcast(T.One) : TVector.Load(row.Weight + j);
            sum = TVector.Add(sum, kernel.Invoke(TVector.Load(row.X + j), TVector.Load(row.Target + j), weight, out TVector derivative));
            if (row.Gradient != null)
            {
                TVector.Store(TVector.Multiply(derivative, scale), row.Gradient + j);
            }
        }

        return TVector.Sum(sum);
    }

    /// <summary>Less than a vector. What lies beyond the end counts as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    private static T Part<T, TVector, TKernel>(Places<T> row, nint start, nint count, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ILossKernel<T>
    {
        TVector mask = TVector.FirstElements(count);
        TVector zero = TVector.Broadcast(T.Zero);
        TVector one = TVector.Broadcast(T.One);
        TVector weight = row.Weight == null ? one : TVector.LoadPart(row.Weight + start, mask);
        TVector loss = kernel.Invoke(TVector.LoadPart(row.X + start, mask), TVector.LoadPart(row.Target + start, mask), weight, out TVector derivative);
        if (row.Gradient != null)
        {
            TVector.StorePart(TVector.Multiply(derivative, TVector.Broadcast(row.Scale)), row.Gradient + start, mask);
        }

        T* losses = stackalloc T[TVector.Count];
        TVector.Store(zero, losses);
        TVector.StorePart(loss, losses, mask);
        return TVector.Sum(TVector.Load(losses));
    }

    /// <summary>Where a row lies; weights and gradient are null where there are none.</summary>
    private struct Places<T>
        where T : unmanaged
    {
        internal T* X;
        internal T* Target;
        internal T* Weight;
        internal T* Gradient;
        internal T Scale;
    }
}
