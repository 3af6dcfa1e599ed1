using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// The epilogue of a product that is a stripe of a larger one, as each thread computes
/// it: blocks tell their place in the whole, whether or not C itself is wanted.
/// </summary>
public abstract unsafe class MatMulPartEpilogueTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FirstRow = 3;
    private const int FirstColumn = 70;

    public static TheoryData<int, int, int, Orientation> Shapes => MatMulEpilogueTests<T>.Shapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Blocks_lie_at_their_places_in_the_whole(int m, int n, int k, Orientation orientation)
    {
        ProductOperands<T> x = new ProductCase<T>(
            m, n, k, orientation, Accumulate: false, HasBias: false, GapA: 1, GapB: 0, GapC: 3, Seed: (ulong)(m + n + k))
            .Build<Ordinary>();
        x.Multiply();
        TensorBuffer<T> expected = TensorBuffer.Copy<T>(x.C.View);
        foreach (bool discardsC in new[] { false, true })
        {
            x.C.View.Fill(T.NaN);
            var seen = new TensorBuffer<T>(m, n);
            seen.View.Fill(T.NaN);
            Run(x, discardsC, seen);
            Bits.AssertSame<T>(expected.View, seen.View, $"{x.Case}{(discardsC ? ", for the epilogue alone" : "")}");
            x.AssertCanariesAlive();
        }
    }

    /// <summary>
    /// Tiles that only the epilogue reads are all computed in the same scratch memory. The results cannot show a tile behind it, so the
    /// memory behind it is compared: a new thread's buffer is no longer than its first product demands.
    /// </summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scratch_tiles_stay_within_their_memory(int m, int n, int k, Orientation orientation)
    {
        ProductOperands<T> x = new ProductCase<T>(
            m, n, k, orientation, Accumulate: false, HasBias: false, GapA: 0, GapB: 0, GapC: 0, Seed: (ulong)(m + n + k))
            .Build<Ordinary>();
        var seen = new TensorBuffer<T>(m, n);
        int overwritten = 0;
        var thread = new Thread(() =>
        {
            Run(x, discardsC: true, seen);
            PackingBuffer<T>.Poison(T.NegativeOne);
            Run(x, discardsC: true, seen);
            foreach (T value in PackingBuffer<T>.Slack)
            {
                overwritten += value == T.NegativeOne ? 0 : 1;
            }
        });
        thread.Start();
        thread.Join();
        Assert.True(overwritten == 0, $"{x.Case}: {overwritten} values behind the rented memory have been overwritten.");
    }

    private static void Run(ProductOperands<T> x, bool discardsC, TensorBuffer<T> seen)
    {
        fixed (T* a = x.A.View.Span, b = x.B.View.Span, c = x.C.View.Span, pSeen = seen.Span)
        {
            var copy = new Copy { Seen = pSeen, Rows = x.C.Rows, Columns = x.C.Columns };
            MatrixProduct<T> product = x.Over(a, b, c, null);
            product.FirstRow = FirstRow;
            product.FirstColumn = FirstColumn;
            product.Epilogue = new() { Function = &TakeAway, Context = &copy, DiscardsC = discardsC };
            ProductRoute.RunOnThisThread(product);
            Assert.True(copy.Misplaced == 0, $"{x.Case}: {copy.Misplaced} blocks are said to lie elsewhere.");
        }
    }

    /// <summary>Copies a block to its place.</summary>
    private static void TakeAway(void* context, in FinishedBlock<T> block)
    {
        var copy = (Copy*)context;
        nint row = block.Row - FirstRow, column = block.Column - FirstColumn;
        if (row < 0 || column < 0 || row + block.Rows > copy->Rows || column + block.Columns > copy->Columns)
        {
            copy->Misplaced++;
            return;
        }

        for (nint i = 0; i < block.Rows; i++)
        {
            for (nint j = 0; j < block.Columns; j++)
            {
                copy->Seen[((row + i) * copy->Columns) + column + j] = block.Pointer[(i * block.RowStride) + j];
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
