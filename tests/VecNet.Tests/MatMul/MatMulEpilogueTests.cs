using System.Numerics;

namespace VecNet.Tests;

/// <summary>The epilogue sees each element of C once, in its place, with its last term added.</summary>
public abstract unsafe class MatMulEpilogueTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Budgets = [1, 2, 3];

    /// <summary>Every strategy; where it depends on vectors and caches, shapes for each.</summary>
    public static TheoryData<int, int, int, Orientation> Shapes
    {
        get
        {
            int kc = Blocking.Of<T>().Kc;
            int beyond = (int.Max(Blocking.Of<T>().Unpacked, Blocking.Of<T>().UnpackedA) / sizeof(T) / (kc + 1)) + 1;
            var shapes = new TheoryData<int, int, int, Orientation>();
            foreach (Orientation orientation in Enum.GetValues<Orientation>())
            {
                shapes.Add(0, 5, 3, orientation);
                shapes.Add(1, 1, 1, orientation);
                shapes.Add(7, 9, 0, orientation); // no terms
                shapes.Add(37, 61, 53, orientation); // one block
                shapes.Add(25, 130, 64, orientation); // one block, several panels
                shapes.Add(13, 3, 20, orientation); // less than a vector
                shapes.Add(1, 300, 70, orientation); // a vector times a matrix
                shapes.Add(3, 300, 70, orientation);
                shapes.Add(300, 1, 70, orientation);
                shapes.Add(1, 300, kc + 1, orientation);
                shapes.Add(300, 1, kc + 1, orientation);
                shapes.Add(50, 300, 1, orientation); // a single term
                shapes.Add(9, 2500, 1, orientation);
                shapes.Add(131, 17, 1, orientation);
                shapes.Add(512, 10, 128, orientation); // transposed
                shapes.Add(512, 10, kc + 7, orientation);
                shapes.Add(100, 100, 100, orientation); // a rest of columns, transposed
                shapes.Add(100, 70, kc + 5, orientation);
                shapes.Add(13, 70, (2 * kc) + 3, orientation); // blocks, nothing packed
                shapes.Add(Blocking.RowsWorthPacking + 1, beyond + 5, kc + 1, orientation); // B packed
                shapes.Add(beyond + 6, Blocking.ColumnsWorthPacking + 1, kc + 1, orientation); // A packed
                shapes.Add(Blocking.Of<T>().Mc + 7, Blocking.ColumnsWorthPacking + 5, 700, orientation); // two blocks of rows
                shapes.Add(Blocking.RowsWorthPacking, Blocking.Of<T>().Nc + 37, 140, orientation); // two blocks of columns
                shapes.Add(1031, 100, 257, orientation); // stripes of rows
                shapes.Add(130, 600, 257, orientation); // stripes of columns
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Blocks_cover_C_once_when_it_is_finished(int m, int n, int k, Orientation orientation) =>
        ForEachOption(m, n, k, orientation, (x, expected) =>
        {
            foreach (int budget in Budgets)
            {
                foreach (bool inOrder in new[] { false, true })
                {
                    TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
                    int[] visits = new int[m * n];
                    nint[] nextRow = new nint[n];
                    Observation observation = Run(x, budget, inOrder, &Observe, expected, visits, nextRow, default);
                    string what = $"{x.Case}, {budget} threads{(inOrder ? ", in order" : "")}";
                    Assert.True(observation.Misplaced == 0, $"{what}: {observation.Misplaced} blocks lay elsewhere.");
                    Assert.True(observation.Unfinished == 0, $"{what}: {observation.Unfinished} elements were not finished.");
                    Assert.True(!inOrder || observation.OutOfOrder == 0, $"{what}: {observation.OutOfOrder} blocks were out of order.");
                    Assert.True(
                        visits.AsSpan().IndexOfAnyExcept(1) < 0,
                        $"{what}: an element was visited {visits.FirstOrDefault(times => times != 1)} times.");
                    Bits.AssertSame<T>(expected.View, x.C.View, what);
                    x.AssertCanariesAlive();
                    start.View.CopyTo(x.C.View);
                }
            }
        });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_activation_gives_the_bits_of_the_product_followed_by_it(int m, int n, int k, Orientation orientation) =>
        ForEachOption(m, n, k, orientation, (x, expected) =>
        {
            TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
            TensorBuffer<T> sigmoid = TensorBuffer.Copy<T>(expected.View);
            TensorBuffer<T> affine = TensorBuffer.Copy<T>(expected.View);
            foreach (ref T element in sigmoid.Span)
            {
                element = Logistic(element);
            }

            foreach (ref T element in affine.Span)
            {
                element = Affine(element);
            }

            foreach (int budget in Budgets)
            {
                Run(x, budget, false, &ApplyLogistic, expected, default, default, default);
                Bits.AssertSame<T>(sigmoid.View, x.C.View, $"sigmoid of {x.Case}, {budget} threads");
                start.View.CopyTo(x.C.View);
                Run(x, budget, true, &ApplyAffine, expected, default, default, default);
                Bits.AssertSame<T>(affine.View, x.C.View, $"2·x + 1 of {x.Case}, {budget} threads");
                start.View.CopyTo(x.C.View);
            }
        });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Sums_of_columns_in_order_have_the_bits_of_a_loop(int m, int n, int k, Orientation orientation) =>
        ForEachOption(m, n, k, orientation, (x, expected) =>
        {
            TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
            var loop = new TensorBuffer<T>(1, n);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    loop.Span[j] += expected.View[i, j];
                }
            }

            foreach (int budget in Budgets)
            {
                var sums = new TensorBuffer<T>(1, n);
                Run(x, budget, true, &AddColumns, expected, default, default, sums.Span);
                Bits.AssertSame<T>(loop.View, sums.View, $"columns of {x.Case}, {budget} threads");
                start.View.CopyTo(x.C.View);
            }
        });

    /// <summary>
    /// Overwriting a C of NaN and accumulating, with and without a bias, each with what the product is without an epilogue.
    /// </summary>
    private static void ForEachOption(int m, int n, int k, Orientation orientation, Action<ProductOperands<T>, TensorBuffer<T>> check)
    {
        foreach ((bool accumulate, bool hasBias) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var product = new ProductCase<T>(
                m, n, k, orientation, accumulate, hasBias, GapA: 1, GapB: 0, GapC: 3, Seed: (ulong)(m + n + k));
            ProductOperands<T> x = product.Build<Ordinary>();
            if (!accumulate)
            {
                x.C.View.Fill(T.NaN);
            }

            TensorBuffer<T> start = TensorBuffer.Copy<T>(x.C.View);
            x.Multiply();
            TensorBuffer<T> expected = TensorBuffer.Copy<T>(x.C.View);
            start.View.CopyTo(x.C.View);
            check(x, expected);
        }
    }

    private static Observation Run(
        ProductOperands<T> x, int budget, bool inOrder, delegate*<void*, in FinishedBlock<T>, void> function,
        TensorBuffer<T> expected, Span<int> visits, Span<nint> nextRow, Span<T> sums)
    {
        Span<T> biasSpan = x.Bias is null ? default : x.Bias.View.Span;
        fixed (T* a = x.A.View.Span, b = x.B.View.Span, c = x.C.View.Span, bias = biasSpan, pExpected = expected.Span, pSums = sums)
        fixed (int* pVisits = visits)
        fixed (nint* pNextRow = nextRow)
        {
            var observation = new Observation
            {
                C = c,
                CRow = x.C.RowStride,
                Rows = x.C.Rows,
                Columns = x.C.Columns,
                Expected = pExpected,
                Visits = pVisits,
                NextRow = pNextRow,
                Sums = pSums,
            };
            MatrixProduct<T> product = x.Over(a, b, c, bias);
            product.Epilogue = new() { Function = function, Context = &observation, InRowOrder = inOrder };
            ProductRoute.Run(product, budget);
            return observation;
        }
    }

    private static void Observe(void* context, in FinishedBlock<T> block)
    {
        var x = (Observation*)context;
        if (block.Row < 0 || block.Column < 0 || block.Row + block.Rows > x->Rows || block.Column + block.Columns > x->Columns
            || block.Pointer != x->C + (block.Row * x->CRow) + block.Column || (block.Rows > 1 && block.RowStride != x->CRow))
        {
            Interlocked.Increment(ref x->Misplaced);
            return;
        }

        for (nint j = block.Column; j < block.Column + block.Columns; j++)
        {
            if (Interlocked.CompareExchange(ref x->NextRow[j], block.Row + block.Rows, block.Row) != block.Row)
            {
                Interlocked.Increment(ref x->OutOfOrder);
            }
        }

        for (nint i = 0; i < block.Rows; i++)
        {
            for (nint j = 0; j < block.Columns; j++)
            {
                nint at = ((block.Row + i) * x->Columns) + block.Column + j;
                Interlocked.Increment(ref x->Visits[at]);
                if (!Bits.Same(x->Expected[at], block.Pointer[(i * block.RowStride) + j]))
                {
                    Interlocked.Increment(ref x->Unfinished);
                }
            }
        }
    }

    private static void ApplyLogistic(void* context, in FinishedBlock<T> block)
    {
        for (nint i = 0; i < block.Rows; i++)
        {
            for (nint j = 0; j < block.Columns; j++)
            {
                block.Pointer[(i * block.RowStride) + j] = Logistic(block.Pointer[(i * block.RowStride) + j]);
            }
        }
    }

    private static void ApplyAffine(void* context, in FinishedBlock<T> block)
    {
        for (nint i = 0; i < block.Rows; i++)
        {
            for (nint j = 0; j < block.Columns; j++)
            {
                block.Pointer[(i * block.RowStride) + j] = Affine(block.Pointer[(i * block.RowStride) + j]);
            }
        }
    }

    private static void AddColumns(void* context, in FinishedBlock<T> block)
    {
        T* sums = ((Observation*)context)->Sums + block.Column;
        for (nint i = 0; i < block.Rows; i++)
        {
            for (nint j = 0; j < block.Columns; j++)
            {
                sums[j] += block.Pointer[(i * block.RowStride) + j];
            }
        }
    }

    private static T Logistic(T x) => T.One / (T.One + T.Exp(-x));

    private static T Affine(T x) => (x + x) + T.One;

    /// <summary>What an epilogue compares with and counts.</summary>
    private struct Observation
    {
        public T* C;
        public nint CRow;
        public nint Rows;
        public nint Columns;
        public T* Expected;
        public int* Visits;
        public nint* NextRow;
        public T* Sums;
        public int Misplaced;
        public int Unfinished;
        public int OutOfOrder;
    }
}

public sealed class MatMulFloatEpilogueTests : MatMulEpilogueTests<float>;

public sealed class MatMulDoubleEpilogueTests : MatMulEpilogueTests<double>;
