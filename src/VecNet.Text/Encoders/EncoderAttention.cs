using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VecNet.Text;

/// <summary>Attention over whole texts for inference: y = softmax(q·kᵀ/√d)·v for each head of each text.</summary>
/// <remarks>
/// <para>
/// It is <see cref="ScaledDotProductAttention"/> without what training and long sequences need. The scores of a tile of queries are there
/// for all keys at once, so that no parts of them are merged; keys are transposed, and values copied, once for each head, since rows of a
/// projection are pages apart; exponentials are not divided by their sum, but the results, which are fewer.
/// </para>
/// <para>
/// The result of a text depends on the text alone. Each head of a text is computed by one thread.
/// </para>
/// </remarks>
internal sealed unsafe class EncoderAttention(int heads) : Work
{
    /// <summary>The number of queries of a tile: with 512 keys their scores take 128 KB.</summary>
    private const int Queries = 64;

    /// <summary>The number of multiply-adds from which a second thread pays, as for products.</summary>
    private const long WorthHelp = 500_000;

    private TensorBuffer<float> scratch = new(1, 0);
    private float* projected;
    private float* output;
    private int* offsets;
    private nint rowStride;
    private nint outputStride;
    private int width;
    private int units;
    private int parts;

    /// <summary>The memory, in bytes.</summary>
    internal long Bytes => scratch.Bytes;

    /// <summary>Computes the results of all texts.</summary>
    /// <param name="projected">Queries, keys and values, side by side: rows × 3·width.</param>
    /// <param name="output">The results: rows × width, overwritten.</param>
    /// <param name="texts">The rows of the texts.</param>
    /// <param name="threads">The maximum number of threads.</param>
    internal void Run(TensorView<float> projected, TensorView<float> output, SequenceOffsets texts, int threads)
    {
        width = output.Columns / heads;
        units = texts.Count * heads;
        (int longest, long pairs) = (0, 0);
        for (int text = 0; text < texts.Count; text++)
        {
            longest = int.Max(longest, texts.GetLength(text));
            pairs += (long)texts.GetLength(text) * texts.GetLength(text);
        }

        parts = 2 * pairs * output.Columns < WorthHelp ? 1 : int.Min(threads, units);
        if (scratch.Rows < parts || scratch.Columns < ScratchLength(longest))
        {
            int length = int.Max(scratch.Columns, ScratchLength((int)BitOperations.RoundUpToPowerOf2((uint)longest)));
            scratch = new(int.Max(scratch.Rows, parts), length);
        }

        fixed (float* px = &MemoryMarshal.GetReference(projected.Span), py = &MemoryMarshal.GetReference(output.Span))
        fixed (int* pOffsets = texts.AsSpan())
        {
            this.projected = px;
            this.output = py;
            offsets = pOffsets;
            rowStride = projected.RowStride;
            outputStride = output.RowStride;
            Workers.Run(this, parts, threads);
        }
    }

    internal override void Run(int part)
    {
        for (int unit = part; unit < units; unit += parts)
        {
            nint first = offsets[unit / heads], head = (nint)(unit % heads) * width;
            Routine routine = new()
            {
                Attention = this,
                Query = projected + (first * rowStride) + head,
                Output = output + (first * outputStride) + head,
                Rows = offsets[(unit / heads) + 1] - first,
                Scratch = scratch.Pointer + ((nint)part * scratch.Columns),
            };
            if (routine.Rows > 0)
            {
                VectorDispatch.Run<float, Routine>(ref routine);
            }
        }
    }

    /// <summary>The distance between two rows of scores: whole vectors of any width, and not a power of two.</summary>
    private static int StrideOf(int rows) => ((rows + 15) & ~15) + 16;

    private int ScratchLength(int rows) =>
        (checked(((width + Queries) * StrideOf(rows)) + (rows * width) + Queries) + 15) & ~15;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Head<TVector>(in Routine o)
        where TVector : struct, IVector<TVector, float>
    {
        int stride = StrideOf((int)o.Rows);
        nint columns = Blocking.RoundUp(o.Rows, TVector.Count);
        float* keys = o.Scratch, scores = keys + (width * stride);
        float* values = scores + (Queries * stride), factors = values + (o.Rows * width);
        nint all = width * heads;
        Packing.Transpose<float, TVector>(o.Query + all, rowStride, o.Rows, width, keys, stride);
        for (nint j = 0, panel; j < width; j += panel)
        {
            panel = PanelOf<TVector>(j);
            Packing.Copy<float, TVector>(o.Query + (2 * all) + j, rowStride, o.Rows, panel, values + (j * o.Rows), panel);
        }

        float scale = 1 / MathF.Sqrt(width);
        for (nint i = 0; i < o.Rows; i += Queries)
        {
            nint rows = nint.Min(Queries, o.Rows - i);
            TileJob<float> tile = default;
            tile.A.ColumnStride = 1;
            for (nint j = 0; j < columns; j += tile.Width)
            {
                tile.A.Pointer = o.Query + (i * rowStride);
                tile.A.RowStride = rowStride;
                tile.Width = Blocking.Cut(columns - j, Blocking.Vectors * TVector.Count, TVector.Count);
                tile.B = keys + j;
                tile.BRowStride = stride;
                tile.K = width;
                tile.C = scores + j;
                tile.CRowStride = stride;
                Loop1.Run<float, TVector>(ref tile, rows);
            }

            AttentionSoftmax.Exponentials<TVector>(scores, stride, rows, o.Rows, columns, scale, factors);
            float* y = o.Output + (i * outputStride);
            for (nint j = 0; j < width; j += tile.Width)
            {
                tile.A.Pointer = scores;
                tile.A.RowStride = stride;
                tile.Width = PanelOf<TVector>(j);
                tile.B = values + (j * o.Rows);
                tile.BRowStride = tile.Width;
                tile.K = o.Rows;
                tile.C = y + j;
                tile.CRowStride = outputStride;
                Loop1.Run<float, TVector>(ref tile, rows);
            }

            AttentionSoftmax.Scale<TVector>(y, outputStride, rows, width, factors);
        }
    }

    /// <summary>
    /// The number of columns of the values that one tile computes, which are about equal: of 32, 16 and 16 rather than 24 and 8.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint PanelOf<TVector>(nint column)
        where TVector : struct, IVector<TVector, float>
    {
        nint most = Blocking.Vectors * TVector.Count, panels = (width + most - 1) / most;
        nint even = Blocking.RoundUp((width + panels - 1) / panels, TVector.Count);
        return Blocking.Cut(width - column, even, TVector.Count);
    }

    private struct Routine : IVectorRoutine<float>
    {
        internal EncoderAttention Attention;
        internal float* Query;
        internal float* Output;
        internal nint Rows;
        internal float* Scratch;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, float>
        {
            // A head narrower than a vector needs masks.
            if (Attention.width < TVector.Count && !TVector.HasMaskedAccess)
            {
                Attention.Head<Scalar<float>>(this);
            }
            else
            {
                Attention.Head<TVector>(this);
            }
        }
    }
}
