using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Loops over rows that need each row's maximum and the sum of its exponentials first: softmax and similar functions.</summary>
/// <remarks>
/// A row's order of operations depends on its length and the vector width alone, never on its position: vector by vector, the maximum in
/// four accumulators and the sum in two, of which each takes every other vector, and the row's end as a vector that is filled up with −∞,
/// whose exponential is 0. A row that fits into one vector never leaves the registers, and the processor works on several such rows at
/// once.
/// </remarks>
internal static unsafe class RowLoop
{
    /// <summary>
    /// y[i, j] = result(e^(x[i, j] − mᵢ) or x[i, j] − mᵢ, coefficient of row i). The caller has checked shapes and overlap; y may be x, and
    /// is empty where nothing is written.
    /// </summary>
    internal static void Run<T, TKernel>(ReadOnlyTensorView<T> x, TensorView<T> y, ref TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowKernel<T>, allows ref struct
    {
        if (x.IsEmpty)
        {
            return;
        }

        fixed (T* px = x.Span, py = y.Span)
        {
            Routine<T, TKernel> routine = new()
            {
                Rows = new(px, x.RowStride, py, y.RowStride, x.Rows, x.Columns),
                Kernel = kernel,
            };
            VectorDispatch.Run<T, Routine<T, TKernel>>(ref routine);
            kernel = routine.Kernel;
        }
    }

    private static void Loop<T, TVector, TKernel>(Rows<T> rows, ref TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowKernel<T>, allows ref struct
    {
        if (TVector.HasMaskedAccess && rows.Columns <= TVector.Count)
        {
            Narrow<T, TVector, TKernel>(rows, ref kernel);
        }
        else
        {
            Wide<T, TVector, TKernel>(rows, ref kernel);
        }
    }

    /// <summary>Rows of one vector at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    private static void Narrow<T, TVector, TKernel>(Rows<T> rows, ref TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowKernel<T>, allows ref struct
    {
        T* end = stackalloc T[TVector.Count];
        TVector mask = TVector.FirstElements(rows.Columns);
        TVector filling = Filling<T, TVector>(end, rows.Columns);
        for (int row = 0; row < rows.Count; row++)
        {
            TVector x = TVector.Add(TVector.LoadMasked(rows.X + (row * rows.StrideX), mask), filling);
            T maximum = TVector.Max(x);
            x = TVector.Subtract(x, TVector.Broadcast(maximum));
            TVector power = Exponential.ExpUpToOverflow<T, TVector>(x);
            TVector coefficient = TVector.Broadcast(kernel.Coefficient(row, maximum, TVector.Sum(power)));
            if (TKernel.Writes)
            {
                TVector.StoreMasked(TKernel.Result(TKernel.OfExponentials ? power : x, coefficient), rows.Y + (row * rows.StrideY), mask);
            }
        }
    }

    /// <summary>Rows of any length.</summary>
    [SkipLocalsInit]
    private static void Wide<T, TVector, TKernel>(Rows<T> rows, ref TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowKernel<T>, allows ref struct
    {
        nint whole = rows.Columns / TVector.Count * TVector.Count;
        nint rest = rows.Columns - whole;
        T* end = stackalloc T[TVector.Count];
        TVector filling = Filling<T, TVector>(end, rest);
        for (int row = 0; row < rows.Count; row++)
        {
            T* x = rows.X + (row * rows.StrideX);
            T* y = rows.Y + (row * rows.StrideY);

            // The row's end, copied to where it may be read and written as a whole vector.
            // Where the row has no end, this stays −∞ throughout.
            if (rest > 0)
            {
                TVector.Store(filling, end);
                new ReadOnlySpan<T>(x + whole, (int)rest).CopyTo(new Span<T>(end, (int)rest));
            }

            T maximum = RowExponentials.Maximum<T, TVector>(x, whole, end);
            T sum = TKernel.Writes && TKernel.OfExponentials
                ? RowExponentials.Sum<T, TVector, RowExponentials.Stored>(x, y, whole, rest > 0, end, maximum)
                : RowExponentials.Sum<T, TVector, RowExponentials.Forgotten>(x, y, whole, rest > 0, end, maximum);
            T coefficient = kernel.Coefficient(row, maximum, sum);
            if (TKernel.Writes)
            {
                Results<T, TVector, TKernel>(x, y, whole, rest > 0, end, maximum, coefficient);
                if (rest > 0)
                {
                    new ReadOnlySpan<T>(end, (int)rest).CopyTo(new Span<T>(y + whole, (int)rest));
                }
            }
        }
    }

    /// <summary>Zeros in the first <paramref name="count"/> elements, −∞ in the others.</summary>
    private static TVector Filling<T, TVector>(T* memory, nint count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        for (nint i = 0; i < TVector.Count; i++)
        {
            memory[i] = i < count ? T.Zero : T.NegativeInfinity;
        }

        return TVector.Load(memory);
    }

    /// <summary>y = result(y) where y holds the exponentials, else result(x − maximum); the end likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Results<T, TVector, TKernel>(T* x, T* y, nint whole, bool hasEnd, T* end, T maximum, T coefficient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowKernel<T>, allows ref struct
    {
        TVector center = TVector.Broadcast(maximum);
        TVector factor = TVector.Broadcast(coefficient);
        T* source = TKernel.OfExponentials ? y : x;
        nint i = 0;
        for (; i <= whole - (4 * TVector.Count); i += 4 * TVector.Count)
        {
            TVector.Store(Result<T, TVector, TKernel>(source + i, center, factor), y + i);
            TVector.Store(Result<T, TVector, TKernel>(source + i + TVector.Count, center, factor), y + i + TVector.Count);
            TVector.Store(Result<T, TVector, TKernel>(source + i + (2 * TVector.Count), center, factor), y + i + (2 * TVector.Count));
            TVector.Store(Result<T, TVector, TKernel>(source + i + (3 * TVector.Count), center, factor), y + i + (3 * TVector.Count));
        }

        for (; i < whole; i += TVector.Count)
        {
            TVector.Store(Result<T, TVector, TKernel>(source + i, center, factor), y + i);
        }

        if (hasEnd)
        {
            TVector.Store(Result<T, TVector, TKernel>(end, center, factor), end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Result<T, TVector, TKernel>(T* source, TVector center, TVector coefficient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowKernel<T>, allows ref struct
    {
        TVector value = TVector.Load(source);
        return TKernel.Result(TKernel.OfExponentials ? value : TVector.Subtract(value, center), coefficient);
    }

    /// <summary>The addresses and row strides of the operands; y is null where nothing is written.</summary>
    private readonly struct Rows<T>(T* x, nint strideX, T* y, nint strideY, int count, nint columns)
        where T : unmanaged
    {
        internal readonly T* X = x;
        internal readonly nint StrideX = strideX;
        internal readonly T* Y = y;
        internal readonly nint StrideY = strideY;
        internal readonly int Count = count;
        internal readonly nint Columns = columns;
    }

    private ref struct Routine<T, TKernel> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IRowKernel<T>, allows ref struct
    {
        internal Rows<T> Rows;
        internal TKernel Kernel;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TVector>()
            where TVector : struct, IVector<TVector, T> => Loop<T, TVector, TKernel>(Rows, ref Kernel);
    }
}
