using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet.Text;

/// <summary>Products of rows and a <see cref="PackedMatrix"/>, one at a time, on any number of threads.</summary>
/// <remarks>
/// Each element is one sum in the order of the terms, starting from the bias, as in <see cref="MatMul"/>: neither the number of rows nor
/// that of threads changes a bit. Threads take panels, of which each is read by one of them. A block of rows stays in level 2 of the cache
/// while the panels pass by. Nothing is prefetched: the machine follows the stream of the panels by itself, and on a Zen 3 prefetches took
/// up to a sixth of the time of 16 rows (November 2026).
/// </remarks>
internal sealed unsafe class PackedProduct : Work
{
    /// <summary>
    /// The number of terms of a block: with 384 the rows of a tile and a panel stay in the caches, and a sum is stored four times in the
    /// longest product of MiniLM.
    /// </summary>
    private const int Terms = 384;

    /// <summary>The number of rows of a block, which takes 288 KB; with 120 rows, 512 were 2 to 5 % slower on a Zen 3.</summary>
    private const int RowsOfBlock = 192;

    /// <summary>Parts for each thread, so that a delayed thread does not delay the others.</summary>
    private const int PartsPerThread = 4;

    private PackedMatrix? weights;
    private EncoderActivation activation;
    private float* x;
    private float* y;
    private nint xRowStride;
    private nint yRowStride;
    private nint rows;
    private int panelsOfPart;
    private int parts;

    /// <summary>y = f(x·W + b).</summary>
    /// <param name="x">Rows × inputs.</param>
    /// <param name="weights">W and b.</param>
    /// <param name="y">Rows × outputs.</param>
    /// <param name="activation">f.</param>
    /// <param name="threads">The maximum number of threads.</param>
    internal void Run(
        TensorView<float> x,
        PackedMatrix weights,
        TensorView<float> y,
        EncoderActivation activation = EncoderActivation.None,
        int threads = 1)
    {
        if (weights.IsNarrow)
        {
            MatMul.Multiply(x, weights.Rows, y, bias: weights.Bias.View);
            ActivationLoop.Run(y, activation);
            return;
        }

        fixed (float* px = &MemoryMarshal.GetReference(x.Span), py = &MemoryMarshal.GetReference(y.Span))
        {
            this.x = px;
            this.y = py;
            xRowStride = x.RowStride;
            yRowStride = y.RowStride;
            rows = x.Rows;
            this.weights = weights;
            this.activation = activation;

            // The last panels, which may be narrower, are in one part.
            int panels = int.Max(1, weights.Outputs / PackedMatrix.PanelWidth);
            panelsOfPart = threads == 1 ? panels : int.Max(1, panels / (threads * PartsPerThread));
            parts = (panels + panelsOfPart - 1) / panelsOfPart;
            Workers.Run(this, parts, threads);
            this.weights = null;
        }
    }

    internal override void Run(int part)
    {
        nint first = (nint)part * panelsOfPart * PackedMatrix.PanelWidth;
        Routine routine = new()
        {
            Product = this,
            First = first,
            End = part + 1 == parts ? weights!.Outputs : first + ((nint)panelsOfPart * PackedMatrix.PanelWidth),
        };
        VectorDispatch.Run<float, Routine>(ref routine);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Run<TVector>(nint firstColumn, nint endColumn)
        where TVector : struct, IVector<TVector, float>
    {
        nint inputs = weights!.Inputs, outputs = weights.Outputs, nr = PackedMatrix.PanelWidth;
        TileJob<float> tile = default;
        tile.A.RowStride = xRowStride;
        tile.A.ColumnStride = 1;
        tile.CRowStride = yRowStride;
        for (nint i = 0, height; i < rows; i += height)
        {
            height = HeightFrom(i);
            for (nint p = 0; p < inputs; p += Terms)
            {
                tile.K = nint.Min(Terms, inputs - p);
                for (nint j = firstColumn; j < endColumn; j += tile.Width)
                {
                    tile.Width = Blocking.Cut(outputs - j, nr, TVector.Count);
                    tile.A.Pointer = x + (i * xRowStride) + p;
                    tile.B = weights.Panel(j) + (p * tile.Width);
                    tile.BRowStride = tile.Width;
                    tile.C = y + (i * yRowStride) + j;
                    bool resumes = p > 0;
                    tile.Start = resumes ? tile.C : weights.Bias.Pointer + j;
                    tile.StartRowStride = resumes ? yRowStride : 0;
                    float* c = tile.C;
                    Loop1.Run<float, TVector>(ref tile, height);
                    if (p + tile.K == inputs)
                    {
                        ActivationLoop.Run(c, yRowStride, height, tile.Width, activation);
                    }
                }
            }
        }
    }

    /// <summary>The number of rows of the block that begins with a row: blocks are about equal.</summary>
    private nint HeightFrom(nint row) => nint.Min(Blocking.Even(rows, RowsOfBlock, 4), rows - row);

    private struct Routine : IVectorRoutine<float>
    {
        internal PackedProduct Product;
        internal nint First;
        internal nint End;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, float> => Product.Run<TVector>(First, End);
    }
}
