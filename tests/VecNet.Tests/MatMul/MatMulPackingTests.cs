using System.Numerics;

namespace VecNet.Tests;

/// <summary>What is packed when, and that a packed copy holds what it should.</summary>
public abstract unsafe class MatMulPackingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows whose beginnings are this many elements apart fall into the same set of the cache.</summary>
    private static int SetDistance => Blocking.Of<T>().SetDistance / sizeof(T);

    [Fact]
    public void A_transposition_is_that_of_a_loop()
    {
        AssertTransposes<Scalar<T>>();
        AssertTransposes<Portable<T>>();
        if (Machine.Has512)
        {
            AssertTransposes<Wide512<T>>();
        }
    }

    /// <summary>B is small enough to be read where it lies, but for its row stride.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows_of_B_in_one_set_of_the_cache_change_no_bit(int distances)
    {
        foreach (int m in new[] { Blocking.RowsWorthPacking, Blocking.RowsWorthPacking + 1, 61 })
        {
            foreach (int n in new[] { 5, 63, 64, 65, 96, 130 })
            {
                foreach (int k in new[] { Blocking.Of<T>().RowsPerSet + 1, Blocking.Of<T>().Kc + 1 })
                {
                    var product = new ProductCase<T>(m, n, k, Orientation.Plain, false, true, 0, 0, 1, Seed: (ulong)(m + n));
                    MatrixProduct<T> operands = new() { M = m, N = n, K = k, B = new(null, distances * SetDistance, 1) };
                    Assert.True(BlockOfB<T>.IsWorthPacking(operands));
                    operands.B.RowStride++;
                    Assert.Equal(k * n * sizeof(T) > Blocking.Of<T>().Unpacked, BlockOfB<T>.IsWorthPacking(operands));
                    AssertSameBits(product, product with { GapB = (distances * SetDistance) - n });
                }
            }
        }
    }

    [Fact]
    public void Rows_of_a_transposed_A_in_one_set_of_the_cache_change_no_bit()
    {
        foreach (int m in new[] { 7, 48, 65 })
        {
            foreach (int n in new[] { Blocking.ColumnsWorthPacking, Blocking.ColumnsWorthPacking + 1 })
            {
                foreach (int k in new[] { Blocking.Of<T>().RowsPerSet + 1, Blocking.Of<T>().Kc + 1 })
                {
                    var product = new ProductCase<T>(m, n, k, Orientation.TransposeA, true, false, 0, 0, 1, Seed: (ulong)(m + n));
                    MatrixProduct<T> operands = new() { M = m, N = n, K = k, A = new(null, 1, SetDistance) };
                    Assert.True(BlockOfA<T>.IsWorthPacking(operands));
                    operands.A.ColumnStride++;
                    Assert.Equal(m * k * sizeof(T) > Blocking.Of<T>().UnpackedA, BlockOfA<T>.IsWorthPacking(operands));
                    AssertSameBits(product, product with { GapA = SetDistance - m });
                }
            }
        }
    }

    /// <summary>B is too large to be read in place: from some rows on, the first tile of each panel copies it.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(48)]
    [InlineData(49)]
    public void A_large_B_is_exact(int m)
    {
        foreach (int k in new[] { 130, Blocking.Of<T>().Kc + 1 })
        {
            int beyond = (Blocking.Of<T>().Unpacked / sizeof(T) / k) + 1;
            foreach (int n in new[] { Blocking.RoundUp(beyond, 192), Blocking.RoundUp(beyond, 192) + 37 })
            {
                var product = new ProductCase<T>(m, (int)n, k, Orientation.Plain, true, true, 1, 3, 1, Seed: (ulong)(m + n));
                ProductOperands<T> x = product.Build<Integers>();
                long[,] expected = MatMulReference.IntegerProduct<T>(
                    Orientation.Plain, m, (int)n, k, x.A.View, x.B.View,
                    MatMulPropertyTests<T>.Start(product, TensorBuffer.Copy<T>(x.C.View)), MatMulPropertyTests<T>.Bias(x));
                PackingBuffer<T>.Poison(T.NaN);
                x.Multiply();
                x.AssertCanariesAlive();
                AssertExact(expected, x.C.View, $"{product}");
            }
        }
    }

    /// <summary>A tile that copies its panel of B: exact, and the panel holds B, row after row.</summary>
    [Fact]
    public void A_tile_that_packs_B_leaves_it_packed()
    {
        AssertCopies<Scalar<T>>();
        AssertCopies<Portable<T>>();
        if (Machine.Has512)
        {
            AssertCopies<Wide512<T>>();
        }
    }

    private static void AssertTransposes<TVector>()
        where TVector : struct, IVector<TVector, T>
    {
        for (int rows = 0; rows <= 40; rows++)
        {
            for (int columns = 0; columns <= 40; columns++)
            {
                StridedMatrix<T> source =
                    new Matrix<T, Wild>(new(rows, columns), (rows + columns) % 3, (ulong)((rows * 41) + columns)).Strided();
                var target = new StridedMatrix<T>(columns, rows, columns % 4);
                fixed (T* from = source.View.Span, to = target.View.Span)
                {
                    Packing.Transpose<T, TVector>(from, source.RowStride, rows, columns, to, target.RowStride);
                }

                source.AssertCanariesAlive();
                target.AssertCanariesAlive();
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        Assert.True(
                            Bits.Same(source.View[i, j], target.View[j, i]),
                            $"{typeof(TVector).Name}, {rows}×{columns}: ({i}, {j}) is {target.View[j, i]}.");
                    }
                }
            }
        }
    }

    private static void AssertCopies<TVector>()
        where TVector : struct, IVector<TVector, T>
    {
        int nr = Blocking.Vectors * TVector.Count;
        int mr = (int)Blocking.Mr(Blocking.Vectors);
        Assert.False(Loop1.CanPack<TVector, T>(nr, mr - 1));
        Assert.False(Loop1.CanPack<TVector, T>(nr - 1, mr));
        foreach (int rows in new[] { mr, mr + 1, 48, 49 })
        {
            foreach (int k in new[] { 1, 2, 9, 10, 11, 37 })
            {
                var product = new ProductCase<T>(rows, nr, k, Orientation.Plain, false, false, 1, 3, 1, Seed: (ulong)(rows + k));
                ProductOperands<T> x = product.Build<Integers>();
                var panel = new StridedMatrix<T>(k, nr, 0);
                x.C.View.Fill(T.NaN);
                fixed (T* a = x.A.View.Span, b = x.B.View.Span, c = x.C.View.Span, copy = panel.View.Span)
                {
                    // B transposed would be packed as well, but not by the kernel.
                    MatrixProduct<T> large = new() { B = new(b, x.B.RowStride, 1), M = 48, N = Blocking.Of<T>().Unpacked, K = k };
                    var block = new BlockOfB<T>(large, nr, k);
                    Assert.True(block.IsPacked);
                    block.MoveTo(copy, 0, 0, k, nr);
                    TileJob<T> tile = new() { A = new(a, x.A.RowStride, 1), K = k, Width = nr, C = c, CRowStride = x.C.RowStride };
                    Assert.True(block.ReadPanel<TVector>(ref tile, 0, rows, isNew: true));
                    Assert.Equal(((nint)copy, (nint)nr), ((nint)tile.B, tile.BRowStride));
                }

                x.AssertCanariesAlive();
                panel.AssertCanariesAlive();
                Bits.AssertSame<T>(x.B.View, panel.View, $"{typeof(TVector).Name}: the panel of {product}");
                long[,] expected = MatMulReference.IntegerProduct<T>(
                    Orientation.Plain, rows, nr, k, x.A.View, x.B.View,
                    new TensorBuffer<T>(rows, nr).View, new TensorBuffer<T>(1, nr).View);
                AssertExact(expected, x.C.View.SliceRows(0, mr), $"{typeof(TVector).Name}: {product}");
                Assert.True(rows == mr || T.IsNaN(x.C.View[mr, 0]), "More than one tile was computed.");
            }
        }
    }

    private static void AssertSameBits(ProductCase<T> one, ProductCase<T> other)
    {
        ProductOperands<T> expected = one.Build<Ordinary>();
        ProductOperands<T> actual = other.Build<Ordinary>();
        expected.Multiply();
        PackingBuffer<T>.Poison(T.NaN);
        actual.Multiply();
        actual.AssertCanariesAlive();
        Bits.AssertSame<T>(expected.C.View, actual.C.View, $"{other}");
    }

    private static void AssertExact(long[,] expected, ReadOnlyTensorView<T> actual, string what)
    {
        for (int i = 0; i < actual.Rows; i++)
        {
            for (int j = 0; j < actual.Columns; j++)
            {
                if (actual[i, j] != T.CreateChecked(expected[i, j]))
                {
                    Assert.Fail($"{what}: ({i}, {j}) is {actual[i, j]}, expected {expected[i, j]}.");
                }
            }
        }
    }
}

public sealed class MatMulFloatPackingTests : MatMulPackingTests<float>;

public sealed class MatMulDoublePackingTests : MatMulPackingTests<double>;
