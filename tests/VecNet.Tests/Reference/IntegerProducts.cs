using System.Numerics;

namespace VecNet.Tests;

/// <summary>The products of all upper left blocks of one pair of integer matrices: computed once, they serve every shape.</summary>
/// <remarks>
/// The sums of the first k terms are those of fewer terms, continued: one pass in int64 gives them for all wanted numbers of terms.
/// </remarks>
internal sealed class IntegerProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int size;
    private readonly TensorBuffer<T> a;
    private readonly TensorBuffer<T> aTransposed;
    private readonly TensorBuffer<T> b;
    private readonly TensorBuffer<T> bTransposed;
    private readonly TensorBuffer<T> start;
    private readonly TensorBuffer<T> bias;
    private readonly Dictionary<(int K, bool Accumulate, bool HasBias), T[]> sums = [];

    /// <param name="sizes">The values that k may have; m and n may be anything up to the largest of them.</param>
    /// <param name="seed">The seed of the elements.</param>
    public IntegerProducts(IReadOnlyCollection<int> sizes, ulong seed)
    {
        size = sizes.Max();
        a = new Matrix<T, Integers>(new(size, size), 0, seed).Owned();
        b = new Matrix<T, Integers>(new(size, size), 0, seed + 1_000_003).Owned();
        start = new Matrix<T, Integers>(new(size, size), 0, seed + 2_000_003).Owned();
        bias = new Matrix<T, Integers>(new(1, size), 0, seed + 3_000_017).Owned();
        aTransposed = Transposed(a.View);
        bTransposed = Transposed(b.View);
        var products = new long[size * size];
        for (int k = 0; k <= size; k++)
        {
            if (sizes.Contains(k))
            {
                Keep(k, products);
            }

            if (k < size)
            {
                AddTerm(k, products);
            }
        }
    }

    /// <summary>The operands of a product: blocks of the matrices; C holds what is added to, or NaN where it is overwritten.</summary>
    public ProductOperands<T> Operands(ProductCase<T> product)
    {
        StridedMatrix<T> c = Block(start, new(product.M, product.N), product.GapC);
        if (!product.Accumulate)
        {
            c.View.Fill(T.NaN);
        }

        return new(
            product,
            Block(product.Orientation == Orientation.TransposeA ? aTransposed : a, product.ShapeOfA, product.GapA),
            Block(product.Orientation == Orientation.TransposeB ? bTransposed : b, product.ShapeOfB, product.GapB),
            c,
            product.HasBias ? Block(bias, new(1, product.N), 0) : null);
    }

    /// <summary>What C must hold then.</summary>
    public ReadOnlyTensorView<T> Expected(ProductCase<T> product) =>
        new(sums[(product.K, product.Accumulate, product.HasBias)], product.M, product.N, size);

    private static StridedMatrix<T> Block(TensorBuffer<T> whole, MatrixShape shape, int gap)
    {
        var block = new StridedMatrix<T>(shape.Rows, shape.Columns, gap);
        whole.View.Slice(0, 0, shape.Rows, shape.Columns).CopyTo(block.View);
        return block;
    }

    private static TensorBuffer<T> Transposed(ReadOnlyTensorView<T> view)
    {
        var transposed = new TensorBuffer<T>(view.Columns, view.Rows);
        for (int row = 0; row < view.Rows; row++)
        {
            for (int column = 0; column < view.Columns; column++)
            {
                transposed.View[column, row] = view[row, column];
            }
        }

        return transposed;
    }

    private void AddTerm(int k, long[] products)
    {
        for (int i = 0; i < size; i++)
        {
            long x = long.CreateChecked(a.View[i, k]);
            ReadOnlySpan<T> row = b.View.Row(k);
            for (int j = 0; j < size; j++)
            {
                products[(i * size) + j] += x * long.CreateChecked(row[j]);
            }
        }
    }

    private void Keep(int k, long[] products)
    {
        foreach (bool accumulate in new[] { false, true })
        {
            foreach (bool hasBias in new[] { false, true })
            {
                sums[(k, accumulate, hasBias)] =
                [
                    .. products.Select((product, i) => T.CreateChecked(
                        product
                        + (accumulate ? long.CreateChecked(start.Span[i]) : 0)
                        + (hasBias ? long.CreateChecked(bias.Span[i % size]) : 0))),
                ];
            }
        }
    }
}
