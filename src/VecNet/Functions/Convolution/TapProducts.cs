using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>
/// The matrix products of a convolution: for each sequence, tap and group of channels one, over views of the rows that the tap reads.
/// </summary>
internal static class TapProducts
{
    /// <summary>
    /// The number of output rows of which all taps are computed before those of the next: 128 channels of floats take 128 KB, which stay in
    /// level 2 of the cache. It is a constant: the order of the sums of ∂L/∂x depends on it.
    /// </summary>
    private const int BlockRows = 256;

    /// <summary>What is computed: the output, or a gradient.</summary>
    internal enum Product
    {
        Output,
        GradInput,
        GradWeights,
    }

    /// <summary>Adds the products of all sequences and taps: c += a·b for the output, a·bᵀ for ∂L/∂x, and aᵀ·b for ∂L/∂w.</summary>
    internal static void Add<T>(
        Product product,
        ReadOnlyTensorView<T> a,
        ReadOnlyTensorView<T> b,
        TensorView<T> c,
        SequenceOffsets sequences,
        Conv1dOptions options,
        int outputs,
        int inputs,
        int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // With one input and one output channel in each group, products of matrices are products of rows, of all groups at once.
        bool isByElement = options.Groups == inputs && options.Groups == outputs;
        int groups = isByElement ? 1 : options.Groups;
        int groupInputs = inputs / groups, groupOutputs = outputs / groups;
        int firstInput = 0, firstOutput = 0;
        for (int sequence = 0; sequence < sequences.Count; sequence++)
        {
            int length = sequences.GetLength(sequence), outputRows = options.CountOutputs(length);
            int blocks = (outputRows + BlockRows - 1) / BlockRows;
            for (long step = 0; step < (long)blocks * options.KernelSize; step++)
            {
                // Of each block of output rows tap after tap.
                (int block, int tap) = ((int)(step / options.KernelSize) * BlockRows, (int)(step % options.KernelSize));
                (int output, int input, int count) = options.GetRows(tap, length);
                int skipped = int.Max(0, block - output);
                (output, input) = (output + skipped, input + (skipped * options.Stride));
                count = int.Min(count - skipped, block + BlockRows - output);
                for (int group = 0; group < groups && count > 0; group++)
                {
                    Block x = new(firstInput + input, count, options.Stride, group * groupInputs, groupInputs);
                    Block y = new(firstOutput + output, count, 1, group * groupOutputs, groupOutputs);
                    Block w = new(tap, isByElement ? 1 : groupInputs, options.KernelSize, group * groupOutputs, groupOutputs);
                    if (isByElement)
                    {
                        AddByElement(product, a, b, c, x, y, w);
                    }
                    else if (product == Product.Output)
                    {
                        MatMul.Multiply(x.Of(a), w.Of(b), y.Of(c), accumulate: true, threads: threads);
                    }
                    else if (product == Product.GradInput)
                    {
                        MatMul.MultiplyTransposeB(y.Of(a), w.Of(b), x.Of(c), accumulate: true, threads: threads);
                    }
                    else
                    {
                        MatMul.MultiplyTransposeA(x.Of(a), y.Of(b), w.Of(c), accumulate: true, threads: threads);
                    }
                }
            }

            firstInput += length;
            firstOutput += outputRows;
        }
    }

    /// <summary>Adds the products of elements, row by row: y += x ∘ w, ∂L/∂x += g ∘ w or ∂L/∂w += x ∘ g, where w is one row.</summary>
    private static void AddByElement<T>(
        Product product, ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, Block x, Block y, Block w)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Rows; i++)
        {
            (int ofA, int ofB, int ofC) = product switch
            {
                Product.Output => (x.Row(i), w.Row(0), y.Row(i)),
                Product.GradInput => (y.Row(i), w.Row(0), x.Row(i)),
                _ => (x.Row(i), y.Row(i), w.Row(0)),
            };
            Span<T> sum = c.Row(ofC);
            TensorPrimitives.MultiplyAddEstimate<T>(a.Row(ofA), b.Row(ofB), sum, sum);
        }
    }

    /// <summary>Every n-th row of a matrix, where n is the step, and some of its columns.</summary>
    private readonly struct Block(int firstRow, int rows, int step, int firstColumn, int columns)
    {
        internal int Rows => rows;

        internal int Row(int index) => firstRow + (index * step);

        internal ReadOnlyTensorView<T> Of<T>(ReadOnlyTensorView<T> matrix)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
                matrix.Span[((firstRow * matrix.RowStride) + firstColumn)..], rows, columns, rows > 1 ? matrix.RowStride * step : columns);

        internal TensorView<T> Of<T>(TensorView<T> matrix)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
                matrix.Span[((firstRow * matrix.RowStride) + firstColumn)..], rows, columns, rows > 1 ? matrix.RowStride * step : columns);
    }
}
