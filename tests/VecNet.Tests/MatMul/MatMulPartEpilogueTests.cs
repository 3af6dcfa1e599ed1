using System.Numerics;

namespace VecNet.Tests;

/// <summary>The epilogue of a product that is a stripe of a larger one, as each thread computes it: parts tell their place in the whole, whether or not C itself is wanted.</summary>
public abstract unsafe class MatMulPartEpilogueTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FirstRow = 3;
    private const int FirstColumn = 70;

    public static TheoryData<int, int, int, Orientation> Shapes => MatMulEpilogueTests<T>.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Parts_lie_at_their_places_in_the_whole(int m, int n, int k, Orientation orientation)
    {
        ProductOperands<T> x = new ProductCase<T>(m, n, k, orientation, Accumulate: false, HasBias: false, GapA: 1, GapB: 0, GapC: 3, Seed: (ulong)(m + n + k)).Build<Ordinary>();
        x.Multiply();
        TensorBuffer<T> expected = TensorBuffer<T>.CopyOf(x.C.View);
        foreach (bool isAll in new[] { false, true })
        {
            x.C.View.Fill(T.NaN);
            var seen = new TensorBuffer<T>(m, n);
            seen.View.Fill(T.NaN);
            Run(x, isAll, seen);
            Bits.AssertSame<T>(expected.View, seen.View, $"{x.Case}{(isAll ? ", for the epilogue alone" : "")}");
            x.AssertCanariesAlive();
        }
    }

    private static void Run(ProductOperands<T> x, bool isAll, TensorBuffer<T> seen)
    {
        ProductCase<T> product = x.Case;
        bool transposeA = product.Orientation == Orientation.TransposeA;
        bool transposeB = product.Orientation == Orientation.TransposeB;
        fixed (T* a = x.A.View.Span, b = x.B.View.Span, c = x.C.View.Span, pSeen = seen.Span)
        {
            var copy = new Copy { Seen = pSeen, Rows = product.M, Columns = product.N };
            BlockedProduct.Run(new Product<T>
            {
                A = a,
                ARow = transposeA ? 1 : x.A.RowStride,
                AStep = transposeA ? x.A.RowStride : 1,
                B = b,
                BStep = transposeB ? 1 : x.B.RowStride,
                BColumn = transposeB ? x.B.RowStride : 1,
                C = c,
                CRow = x.C.RowStride,
                CColumn = 1,
                M = product.M,
                N = product.N,
                K = product.K,
                FirstRow = FirstRow,
                FirstColumn = FirstColumn,
                Epilogue = new() { Function = &TakeAway, Context = &copy, IsAll = isAll },
            });
            Assert.True(copy.Misplaced == 0, $"{x.Case}: {copy.Misplaced} parts are said to lie elsewhere.");
        }
    }

    /// <summary>Copies a part to its place.</summary>
    private static void TakeAway(void* context, in FinishedPart<T> part)
    {
        var copy = (Copy*)context;
        nint row = part.Row - FirstRow, column = part.Column - FirstColumn;
        if (row < 0 || column < 0 || row + part.Rows > copy->Rows || column + part.Columns > copy->Columns)
        {
            copy->Misplaced++;
            return;
        }

        for (nint i = 0; i < part.Rows; i++)
        {
            for (nint j = 0; j < part.Columns; j++)
            {
                copy->Seen[((row + i) * copy->Columns) + column + j] = part.C[(i * part.CRow) + j];
            }
        }
    }

    private struct Copy
    {
        public T* Seen;
        public nint Rows;
        public nint Columns;
        public int Misplaced;
    }
}

public sealed class MatMulFloatPartEpilogueTests : MatMulPartEpilogueTests<float>;

public sealed class MatMulDoublePartEpilogueTests : MatMulPartEpilogueTests<double>;
