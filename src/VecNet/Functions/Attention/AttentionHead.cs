using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The attention of one head over one sequence, forward and backward, tile by tile.</summary>
internal readonly ref struct AttentionHead<T>
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
        for (int i = 0, rows; i < query.Rows; i += rows)
        {
            // Tiles begin at multiples of their size in the sequence, wherever its first query is.
            rows = int.Min(AttentionTiles.Queries - ((position + i) % AttentionTiles.Queries), query.Rows - i);
            TensorView<T> y = output.SliceRows(i, rows);
            TensorView<T> lambda = logSumExp.SliceRows(i, rows);
            int end = KeysOf(i, rows);
            if (end == 0)
            {
                y.Clear();
                lambda.Fill(T.NegativeInfinity);
                continue;
            }

            TensorView<T> scaled = Scale(i, rows);
            for (int j = 0; j < end; j += AttentionTiles.Keys)
            {
                int columns = int.Min(AttentionTiles.Keys, end - j);
                TensorView<T> scores = Scores(scaled, i, j, columns);
                Span<T> lambdaOfTile = memory.OfRows[..rows];
                var softmax = new SoftmaxOfTile(lambdaOfTile);
                RowLoop.Run(scores, scores, ref softmax);
                dropout.Multiply(scores, i, j, memory.Factors);
                TensorView<T> result = j == 0 ? y : memory.Partial.SliceRows(0, rows);
                MatMul.Multiply<T>(scores, value.SliceRows(j, columns), result);
                Merge(lambda, y, lambdaOfTile, result, isFirst: j == 0);
            }
        }
    }

    /// <summary>∂L/∂q, ∂L/∂k and ∂L/∂v, overwritten.</summary>
    internal void Backward(ReadOnlyTensorView<T> gradOutput, TensorView<T> gradQuery, TensorView<T> gradKey, TensorView<T> gradValue)
    {
        gradKey.Clear();
        gradValue.Clear();
        for (int i = 0; i < query.Rows; i += AttentionTiles.Queries)
        {
            int rows = int.Min(AttentionTiles.Queries, query.Rows - i);
            int end = KeysOf(i, rows);
            TensorView<T> gradQ = gradQuery.SliceRows(i, rows);
            if (end == 0)
            {
                gradQ.Clear();
                continue;
            }

            ReadOnlyTensorView<T> g = gradOutput.SliceRows(i, rows);
            TensorView<T> scaled = Scale(i, rows);
            for (int row = 0; row < rows; row++)
            {
                memory.OfRows[row] = Reductions.Dot(g.Row(row), output.Row(i + row));
            }

            for (int j = 0; j < end; j += AttentionTiles.Keys)
            {
                int columns = int.Min(AttentionTiles.Keys, end - j);
                TensorView<T> weights = Scores(scaled, i, j, columns);
                TensorView<T> gradScores = memory.GradScores.Slice(0, 0, rows, columns);
                MatMul.MultiplyTransposeB(g, value.SliceRows(j, columns), gradScores);
                for (int row = 0; row < rows; row++)
                {
                    Span<T> p = weights.Row(row), gradient = gradScores.Row(row);
                    UnaryLoop.Run(p, p, new Weight(logSumExp[i + row, 0]));
                    if (dropout.IsOn)
                    {
                        dropout.Fill(memory.Factors[..columns], i + row, j);
                        TensorPrimitives.Multiply(gradient, memory.Factors[..columns], gradient);
                    }

                    BinaryLoop.Run(p, gradient, gradient, new SoftmaxGradient<T>(memory.OfRows[row]));
                    if (dropout.IsOn)
                    {
                        TensorPrimitives.Multiply(p, memory.Factors[..columns], p);
                    }
                }

                MatMul.MultiplyTransposeA(weights, g, gradValue.SliceRows(j, columns), accumulate: true);
                MatMul.Multiply<T>(gradScores, key.SliceRows(j, columns), gradQ, accumulate: j > 0);
                MatMul.MultiplyTransposeA<T>(gradScores, scaled, gradKey.SliceRows(j, columns), accumulate: true);
            }

            for (int row = 0; row < rows; row++)
            {
                TensorPrimitives.Multiply(gradQ.Row(row), scale, gradQ.Row(row));
            }
        }
    }

    /// <summary>The number of keys that a tile of queries reads.</summary>
    private int KeysOf(int firstRow, int rows) => isCausal ? int.Min(key.Rows, position + firstRow + rows) : key.Rows;

    /// <summary>scale·q of a tile.</summary>
    private TensorView<T> Scale(int firstRow, int rows)
    {
        TensorView<T> scaled = memory.ScaledQueries.SliceRows(0, rows);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Multiply(query.Row(firstRow + row), scale, scaled.Row(row));
        }

        return scaled;
    }

    /// <summary>The scores of a tile: −∞ where a query does not read a key.</summary>
    private TensorView<T> Scores(TensorView<T> scaled, int firstRow, int firstKey, int columns)
    {
        int rows = scaled.Rows;
        TensorView<T> scores = memory.Scores.Slice(0, 0, rows, columns);
        MatMul.MultiplyTransposeB<T>(scaled, key.SliceRows(firstKey, columns), scores);
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

        for (int row = 0; isCausal && row < rows; row++)
        {
            int read = int.Min(columns, position + firstRow + row + 1 - firstKey);
            scores.Row(row)[read..].Fill(T.NegativeInfinity);
        }

        return scores;
    }

    /// <summary>λ and y of the tiles so far from those before and those of another tile.</summary>
    private static void Merge(TensorView<T> lambda, TensorView<T> y, Span<T> lambdaOfTile, TensorView<T> result, bool isFirst)
    {
        for (int row = 0; row < y.Rows; row++)
        {
            if (isFirst)
            {
                lambda[row, 0] = lambdaOfTile[row];
                continue;
            }

            T larger = T.Max(lambda[row, 0], lambdaOfTile[row]);
            T sum = larger + T.Log(T.Exp(lambda[row, 0] - larger) + T.Exp(lambdaOfTile[row] - larger));
            var weighted = new WeightedSum(T.Exp(lambda[row, 0] - sum), T.Exp(lambdaOfTile[row] - sum));
            BinaryLoop.Run(y.Row(row), result.Row(row), y.Row(row), weighted);
            lambda[row, 0] = sum;
        }
    }

    /// <summary>The softmax of each row of a tile, and λ of the row.</summary>
    private readonly ref struct SoftmaxOfTile(Span<T> lambda) : IRowKernel<T>
    {
        private readonly Span<T> lambda = lambda;

        public static bool Writes => true;

        public static bool OfExponentials => true;

        public T Coefficient(int row, T maximum, T sum)
        {
            lambda[row] = maximum + T.Log(sum);
            return T.One / sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Result<TVector>(TVector value, TVector coefficient)
            where TVector : struct, IVector<TVector, T> => TVector.Multiply(value, coefficient);
    }

    /// <summary>e^(s − λ), which is 1 at most, but for rounding.</summary>
    private readonly struct Weight(T lambda) : IUnaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x)
            where TVector : struct, IVector<TVector, T> =>
            Exponential.Exp<T, TVector>(TVector.Subtract(x, TVector.Broadcast(lambda)));
    }

    /// <summary>a·x + b·y.</summary>
    private readonly struct WeightedSum(T a, T b) : IBinaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> =>
            TVector.MultiplyAdd(TVector.Broadcast(b), y, TVector.Multiply(TVector.Broadcast(a), x));
    }
}
