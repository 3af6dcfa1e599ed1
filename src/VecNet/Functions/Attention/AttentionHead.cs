using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The attention of one head over one sequence, forward and backward, tile by tile.</summary>
internal readonly ref partial struct AttentionHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TensorView<T> query;
    private readonly TensorView<T> key;
    private readonly TensorView<T> value;
    private readonly TensorView<T> output;
    private readonly TensorView<T> logSumExp;
    private readonly AttentionMemory<T> memory;
    private readonly bool isCausal;
    private readonly T scale;
    private readonly double slope;
    private readonly int position;
    private readonly WeightDropout<T> dropout;

    /// <summary>The number of queries of a tile.</summary>
    private int RowsOfTile => isCausal ? AttentionTiles.CausalQueries : AttentionTiles.Queries;

    internal AttentionHead(
        TensorView<T> query,
        TensorView<T> key,
        TensorView<T> value,
        TensorView<T> output,
        TensorView<T> logSumExp,
        AttentionOptions options,
        int head,
        int position,
        WeightDropout<T> dropout,
        Span<T> scratch)
    {
        this.query = query;
        this.key = key;
        this.value = value;
        this.output = output;
        this.logSumExp = logSumExp;
        memory = new(scratch, key.Columns, value.Columns);
        isCausal = options.IsCausal;
        scale = T.CreateTruncating(options.Scale ?? 1 / Math.Sqrt(key.Columns));
        slope = options.AlibiSlopes?[head] ?? 0;
        this.position = position;
        this.dropout = dropout;
    }

    /// <summary>y = softmax(scale·q·kᵀ)·v.</summary>
    internal void Forward()
    {
        if (key.Rows == 0)
        {
            output.Clear();
            logSumExp.Fill(T.NegativeInfinity);
        }

        for (int j = 0; j < key.Rows; j += AttentionTiles.Keys)
        {
            Transpose(key, j, memory.Keys);
            for (int i = FirstQuery(j), rows; i < query.Rows; i += rows)
            {
                rows = RowsFrom(i);
                int columns = KeysOf(i, rows, j);
                TensorView<T> y = output.SliceRows(i, rows);
                TensorView<T> weights = Scores(Scale(i, rows), i, j, columns);
                SoftmaxTile.Forward(
                    memory.Scores.SliceRows(0, rows), columns, KeysOfFirst(i, j), memory.OfRows[..rows], memory.OfRowsToo[..rows]);
                dropout.Multiply(weights, i, j, memory.Factors);
                TensorView<T> result = j == 0 ? y : memory.Partial.SliceRows(0, rows);
                MatMul.Multiply<T>(weights, value.SliceRows(j, columns), result);
                Merge(logSumExp.SliceRows(i, rows), y, result, isFirst: j == 0);
            }
        }
    }

    /// <summary>∂L/∂q, ∂L/∂k and ∂L/∂v, overwritten.</summary>
    internal void Backward(ReadOnlyTensorView<T> gradOutput, TensorView<T> gradQuery, TensorView<T> gradKey, TensorView<T> gradValue)
    {
        gradKey.Clear();
        gradValue.Clear();
        if (key.Rows == 0)
        {
            gradQuery.Clear();
        }

        for (int j = 0; j < key.Rows; j += AttentionTiles.Keys)
        {
            Transpose(key, j, memory.Keys);
            Transpose(value, j, memory.Values);
            for (int i = FirstQuery(j), rows; i < query.Rows; i += rows)
            {
                rows = RowsFrom(i);
                int columns = KeysOf(i, rows, j);
                ReadOnlyTensorView<T> g = gradOutput.SliceRows(i, rows);
                TensorView<T> scaled = Scale(i, rows);
                TensorView<T> weights = Scores(scaled, i, j, columns);
                TensorView<T> gradScores = memory.GradScores.Slice(0, 0, rows, columns);
                MultiplyTransposed(g, value, j, memory.Values, gradScores);
                dropout.Multiply(gradScores, i, j, memory.Factors);
                for (int row = 0; row < rows; row++)
                {
                    memory.OfRows[row] = logSumExp[i + row, 0];
                    memory.OfRowsToo[row] = Reductions.Dot(g.Row(row), output.Row(i + row));
                }

                SoftmaxTile.Backward(
                    memory.Scores.SliceRows(0, rows), memory.GradScores.SliceRows(0, rows), columns, KeysOfFirst(i, j), memory.OfRows,
                    memory.OfRowsToo);
                dropout.Multiply(weights, i, j, memory.Factors);
                MatMul.MultiplyTransposeA(weights, g, gradValue.SliceRows(j, columns), accumulate: true);
                MatMul.Multiply<T>(gradScores, key.SliceRows(j, columns), gradQuery.SliceRows(i, rows), accumulate: j > 0);
                MatMul.MultiplyTransposeA<T>(gradScores, scaled, gradKey.SliceRows(j, columns), accumulate: true);
            }
        }

        UnaryLoop.Run(gradQuery, gradQuery, new Scaled(scale));
    }

    /// <summary>
    /// The number of queries of the tile that begins with a query: tiles end at multiples of their size in the sequence, wherever its
    /// first query is.
    /// </summary>
    private int RowsFrom(int firstRow) =>
        int.Min(RowsOfTile - ((position + firstRow) % RowsOfTile), query.Rows - firstRow);

    /// <summary>The first query that reads a tile of keys: the first of a tile, too.</summary>
    private int FirstQuery(int firstKey) => isCausal ? int.Max(firstKey - position, 0) : 0;

    /// <summary>The number of keys of a tile that a tile of queries reads.</summary>
    private int KeysOf(int firstRow, int rows, int firstKey) => int.Min(
        AttentionTiles.Keys, (isCausal ? int.Min(key.Rows, position + firstRow + rows) : key.Rows) - firstKey);

    /// <summary>The number of keys of a tile that the first query reads, if there are as many; each query reads one more.</summary>
    private int KeysOfFirst(int firstRow, int firstKey) => isCausal ? position + firstRow + 1 - firstKey : AttentionTiles.Keys;

    /// <summary>Transposes the keys or values of a tile, if several tiles of queries read them.</summary>
    private void Transpose(TensorView<T> matrix, int firstKey, TensorView<T> transposed)
    {
        if (query.Rows > RowsOfTile)
        {
            TensorView<T> rows = matrix.SliceRows(firstKey, int.Min(AttentionTiles.Keys, matrix.Rows - firstKey));
            Packing.Transpose<T>(rows, transposed.SliceColumns(0, rows.Rows));
        }
    }

    /// <summary>The product of rows and the first keys or values of a tile, with the same bits whether those are transposed.</summary>
    private void MultiplyTransposed(
        ReadOnlyTensorView<T> rows, TensorView<T> matrix, int firstKey, TensorView<T> transposed, TensorView<T> result)
    {
        if (query.Rows > RowsOfTile)
        {
            MatMul.Multiply(rows, transposed.SliceColumns(0, result.Columns), result);
        }
        else
        {
            MatMul.MultiplyTransposeB(rows, matrix.SliceRows(firstKey, result.Columns), result);
        }
    }

    /// <summary>scale·q of a tile.</summary>
    private TensorView<T> Scale(int firstRow, int rows)
    {
        TensorView<T> scaled = memory.ScaledQueries.SliceRows(0, rows);
        UnaryLoop.Run(query.SliceRows(firstRow, rows), scaled, new Scaled(scale));
        return scaled;
    }

    /// <summary>The scores of a tile, some of which no query reads if the attention is causal.</summary>
    private TensorView<T> Scores(TensorView<T> scaled, int firstRow, int firstKey, int columns)
    {
        int rows = scaled.Rows;
        TensorView<T> scores = memory.Scores.Slice(0, 0, rows, columns);
        MultiplyTransposed(scaled, key, firstKey, memory.Keys, scores);
        if (slope != 0)
        {
            // The bias of row i and column j is at position j − i + rows − 1.
            Span<T> biases = memory.Biases[..(rows + columns - 1)];
            for (int k = 0; k < biases.Length; k++)
            {
                biases[k] = T.CreateTruncating(-slope * Math.Abs((double)firstKey + k - (rows - 1) - firstRow - position));
            }

            for (int row = 0; row < rows; row++)
            {
                TensorPrimitives.Add<T>(scores.Row(row), biases.Slice(rows - 1 - row, columns), scores.Row(row));
            }
        }

        return scores;
    }

    /// <summary>a·x.</summary>
    private readonly struct Scaled(T a) : IUnaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(TVector.Broadcast(a), x);
    }
}
