using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet;

/// <summary>Matrix products C = op(A)·op(B), where op is the identity or a transposition.</summary>
/// <remarks>
/// <para>
/// Each element of C is one sum in the order of k: with the same instruction set, the same input gives the same bits for any blocking and
/// any number of threads (except for the sign and payload of a NaN where several are added). NaN and infinities propagate as in the
/// plain triple loop. Overwriting never reads C. k = 0 gives zeros (plus bias). C must not share elements with A, B or the bias.
/// </para>
/// <para>
/// Structure after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), and BLIS: five loops around a
/// micro-kernel.
/// </para>
/// </remarks>
public static unsafe partial class MatMul
{
    /// <summary>C = A·B, or C += A·B. cᵢⱼ = Σₚ aᵢₚ·bₚⱼ (+ biasⱼ).</summary>
    /// <param name="a">m × k.</param>
    /// <param name="b">k × n.</param>
    /// <param name="c">m × n, written.</param>
    /// <param name="accumulate">Whether to add to C instead of overwriting it.</param>
    /// <param name="bias">1 × n, added to every row; or empty.</param>
    /// <param name="threads">
    /// The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or C shares elements with another operand; nothing has been written.
    /// </exception>
    public static void Multiply<T>(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c,
        bool accumulate = false, ReadOnlyTensorView<T> bias = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(a, false, b, false, c, accumulate, bias, threads, levels: 0);

    /// <summary>C = Aᵀ·B, or C += Aᵀ·B: the gradient of weights. cᵢⱼ = Σₚ aₚᵢ·bₚⱼ (+ biasⱼ).</summary>
    /// <param name="a">k × m.</param>
    /// <param name="b">k × n.</param>
    /// <param name="c">m × n, written.</param>
    /// <param name="accumulate">Whether to add to C instead of overwriting it.</param>
    /// <param name="bias">1 × n, added to every row; or empty.</param>
    /// <param name="threads">
    /// The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or C shares elements with another operand; nothing has been written.
    /// </exception>
    public static void MultiplyTransposeA<T>(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c,
        bool accumulate = false, ReadOnlyTensorView<T> bias = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(a, true, b, false, c, accumulate, bias, threads, levels: 0);

    /// <summary>C = A·Bᵀ, or C += A·Bᵀ: the gradient of inputs. cᵢⱼ = Σₚ aᵢₚ·bⱼₚ (+ biasⱼ).</summary>
    /// <param name="a">m × k.</param>
    /// <param name="b">n × k.</param>
    /// <param name="c">m × n, written.</param>
    /// <param name="accumulate">Whether to add to C instead of overwriting it.</param>
    /// <param name="bias">1 × n, added to every row; or empty.</param>
    /// <param name="threads">
    /// The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or C shares elements with another operand; nothing has been written.
    /// </exception>
    public static void MultiplyTransposeB<T>(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c,
        bool accumulate = false, ReadOnlyTensorView<T> bias = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(a, false, b, true, c, accumulate, bias, threads, levels: 0);

    /// <remarks>
    /// The method is inlined into each form, so that the strides are constants; code that throws is in other methods, so that a small
    /// product does not pay for its messages.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<T>(
        in ReadOnlyTensorView<T> a, bool transposeA, in ReadOnlyTensorView<T> b, bool transposeB, in TensorView<T> c,
        bool accumulate, in ReadOnlyTensorView<T> bias, int threads, int levels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType.Check<T>();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        int m = c.Rows, n = c.Columns, k = transposeA ? a.Rows : a.Columns;
        if (m != (transposeA ? a.Columns : a.Rows) || n != (transposeB ? b.Rows : b.Columns) || k != (transposeB ? b.Columns : b.Rows))
        {
            ThrowShapes(a.Rows, a.Columns, transposeA, b.Rows, b.Columns, transposeB, c.Rows, c.Columns);
        }

        if (bias.Length != 0 && (bias.Rows != 1 || bias.Columns != n))
        {
            ThrowBias(bias.Rows, bias.Columns, n);
        }

        Overlap.CheckDisjoint(a, c);
        Overlap.CheckDisjoint(b, c);
        Overlap.CheckDisjoint(bias, c);
        fixed (T* pa = &MemoryMarshal.GetReference(a.Span), pb = &MemoryMarshal.GetReference(b.Span))
        fixed (T* pc = &MemoryMarshal.GetReference(c.Span), pBias = &MemoryMarshal.GetReference(bias.Span))
        {
            MatrixProduct<T> product;
            product.A = MatrixOperand<T>.RowMajor(pa, a.RowStride, transposeA);
            product.B = MatrixOperand<T>.RowMajor(pb, b.RowStride, transposeB);
            product.C = MatrixOperand<T>.RowMajor(pc, c.RowStride);
            product.Bias = bias.Length == 0 ? null : pBias;
            product.M = m;
            product.N = n;
            product.K = k;
            product.Accumulate = accumulate;
            product.Epilogue = default;
            product.FirstRow = 0;
            product.FirstColumn = 0;
            if (levels != 0)
            {
                StrassenWinograd.Run(product, levels, threads);
            }
            else
            {
                ProductRoute.Run(product, threads);
            }
        }
    }

    [DoesNotReturn]
    private static void ThrowShapes(
        int aRows, int aColumns, bool transposeA, int bRows, int bColumns, bool transposeB, int cRows, int cColumns) =>
        throw new ArgumentException(
            $"A{(transposeA ? "ᵀ" : "")}·B{(transposeB ? "ᵀ" : "")} does not fit: "
            + $"A is {aRows}×{aColumns}, B is {bRows}×{bColumns}, C is {cRows}×{cColumns}.",
            (transposeA ? aRows : aColumns) != (transposeB ? bColumns : bRows) ? "b" : "c");

    [DoesNotReturn]
    private static void ThrowBias(int rows, int columns, int n) =>
        throw new ArgumentException($"The bias is {rows}×{columns}; it must be 1×{n}.", "bias");
}
