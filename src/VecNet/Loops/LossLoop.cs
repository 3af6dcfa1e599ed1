using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Loops of elementwise losses, which compute a row's sum and its gradient at once.</summary>
/// <remarks>
/// The order of the sum depends on the row's length and the vector width alone: two accumulators take every other vector each; a last
/// vector follows, and then a masked one or, without masks, scalars. The gradient may overwrite prediction or targets: each element is read
/// before it is written.
/// </remarks>
internal static unsafe class LossLoop
{
    /// <summary>
    /// Σ loss(x[i, j], t[i, j]), the rows' sums added in double; gradient[i, j] = scale · ∂loss/∂x unless it is empty. The caller has
    /// checked shapes and sharing.
    /// </summary>
    internal static double Run<T, TKernel>(
        ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> t, ReadOnlySpan<T> weights, TensorView<T> gradient, T scale, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ILossKernel<T>
    {
        fixed (T* px = x.Span, pt = t.Span, pw = weights, pg = gradient.Span)
        {
            Routine<T, TKernel> routine = new()
            {
                Operands = new()
                {
                    X = px,
                    XRowStride = x.RowStride,
                    Target = pt,
                    TargetRowStride = t.RowStride,
                    Weight = pw,
                    Gradient = gradient.IsEmpty ? null : pg,
                    GradientRowStride = gradient.RowStride,
                    Scale = scale,
                },
                Count = x.Rows,
                Columns = x.Columns,
                Kernel = kernel,
            };
            VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
            return routine.Sum;
        }
    }

    /// <summary>Row after row; rows shorter than a vector share one loop without a call for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Rows<T, TVector, TKernel>(Operands<T> operands, nint rows, nint columns, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ILossKernel<T>
    {
        bool isNarrow = TVector.HasMaskedAccess && columns < TVector.Count;
        double sum = 0;
        for (nint row = 0; row < rows; row++)
        {
            T sumOfRow = isNarrow
                ? RunMasked<T, TVector, TKernel>(operands, 0, columns, kernel)
                : Loop<T, TVector, TKernel>(operands, columns, kernel);
            sum += double.CreateTruncating(sumOfRow);
            operands.X += operands.XRowStride;
            operands.Target += operands.TargetRowStride;
            operands.Gradient = operands.Gradient == null ? null : operands.Gradient + operands.GradientRowStride;
        }

        return sum;
    }

    private static T Loop<T, TVector, TKernel>(Operands<T> row, nint length, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ILossKernel<T>
    {
        nint done = length / DoubledVector<TVector, T>.Count * DoubledVector<TVector, T>.Count;
        T sum = done > 0 ? Whole<T, DoubledVector<TVector, T>, TKernel>(row, 0, done, kernel) : T.Zero;
        nint rest = length - done;
        if (rest >= TVector.Count)
        {
            sum += Whole<T, TVector, TKernel>(row, done, done + TVector.Count, kernel);
            done += TVector.Count;
            rest -= TVector.Count;
        }

        return rest == 0 ? sum
            : TVector.HasMaskedAccess ? sum + RunMasked<T, TVector, TKernel>(row, done, rest, kernel)
            : sum + Whole<T, Scalar<T>, TKernel>(row, done, length, kernel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T Whole<T, TVector, TKernel>(Operands<T> row, nint start, nint end, TKernel kernel)
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

    /// <summary>Fewer elements than a vector has; those beyond the end count as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T RunMasked<T, TVector, TKernel>(Operands<T> row, nint start, nint count, TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ILossKernel<T>
    {
        TVector mask = TVector.FirstElements(count);
        TVector one = TVector.Broadcast(T.One);
        TVector weight = row.Weight == null ? one : TVector.LoadMasked(row.Weight + start, mask);
        TVector x = TVector.LoadMasked(row.X + start, mask), target = TVector.LoadMasked(row.Target + start, mask);
        TVector loss = kernel.Invoke(x, target, weight, out TVector derivative);
        if (row.Gradient != null)
        {
            TVector.StoreMasked(TVector.Multiply(derivative, TVector.Broadcast(row.Scale)), row.Gradient + start, mask);
        }

        return TVector.Sum(TVector.AndMask(loss, mask));
    }

    /// <summary>The addresses of a row's operands; weights and gradient are null where there are none.</summary>
    private struct Operands<T>
        where T : unmanaged
    {
        internal T* X;
        internal nint XRowStride;
        internal T* Target;
        internal nint TargetRowStride;
        internal T* Weight;
        internal T* Gradient;
        internal nint GradientRowStride;
        internal T Scale;
    }

    private struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ILossKernel<T>
    {
        internal Operands<T> Operands;
        internal nint Count;
        internal nint Columns;
        internal TKernel Kernel;
        internal double Sum;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Sum = Rows<T, TVector, TKernel>(Operands, Count, Columns, Kernel);
    }
}
