using System.Runtime.CompilerServices;

namespace VecNet.Text;

/// <summary>Layer normalization in place, of rows to which others are added first.</summary>
/// <remarks>
/// It is <see cref="LayerNorm"/> with the sum of the residual connection before it, which would otherwise be a pass of its own. A row's
/// result depends on the row alone: sums run in four vectors, then over the elements after the last whole vector; squares are summed by
/// <see cref="RowMomentsLoop"/>.
/// </remarks>
internal static unsafe class NormalizationLoop
{
    /// <summary>xᵢ = (z − mean(z)) / √(variance(z) + ε) ∘ γ + β with z = xᵢ + yᵢ, row by row; without y, z = xᵢ.</summary>
    internal static void Run(TensorView<float> x, ReadOnlyTensorView<float> y, EncoderNorm norm)
    {
        fixed (float* px = x.Span, py = y.Span, gamma = norm.Gamma.Span, beta = norm.Beta.Span)
        {
            Routine routine = new()
            {
                X = px, RowStride = x.RowStride, Rows = x.Rows, Columns = x.Columns,
                Y = py, YRowStride = y.RowStride, Gamma = gamma, Beta = beta, Epsilon = norm.Epsilon,
            };
            VectorDispatch.Run<float, Routine>(ref routine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Loop<TVector>(Routine o)
        where TVector : struct, IVector<TVector, float>
    {
        nint whole = o.Columns / TVector.Count * TVector.Count;
        float* y = o.Y;
        TVector mask = TVector.HasMaskedAccess && whole < o.Columns ? TVector.FirstElements(o.Columns - whole) : default;
        for (float* x = o.X; o.Rows > 0; o.Rows--, x += o.RowStride, y += o.YRowStride)
        {
            float mean = Sum<TVector>(x, o.Y == null ? null : y, whole, o.Columns) / o.Columns;
            float squares = RowMomentsLoop.Squares(x, mean, whole, o.Columns, mask);
            float r = 1 / MathF.Sqrt((squares / o.Columns) + o.Epsilon);
            TVector means = TVector.Broadcast(mean), factors = TVector.Broadcast(r);
            for (nint j = 0; j < whole; j += TVector.Count)
            {
                TVector z = TVector.Multiply(TVector.Subtract(TVector.Load(x + j), means), factors);
                TVector.Store(TVector.MultiplyAdd(z, TVector.Load(o.Gamma + j), TVector.Load(o.Beta + j)), x + j);
            }

            for (nint j = whole; j < o.Columns; j++)
            {
                x[j] = float.MultiplyAddEstimate((x[j] - mean) * r, o.Gamma[j], o.Beta[j]);
            }
        }
    }

    /// <summary>Adds a row to another one, and returns the sum of its elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum<TVector>(float* x, float* y, nint whole, nint columns)
        where TVector : struct, IVector<TVector, float>
    {
        nint width = TVector.Count, j = 0;
        TVector sum0 = TVector.Broadcast(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (; j <= whole - (4 * width); j += 4 * width)
        {
            sum0 = TVector.Add(sum0, Added<TVector>(x, y, j));
            sum1 = TVector.Add(sum1, Added<TVector>(x, y, j + width));
            sum2 = TVector.Add(sum2, Added<TVector>(x, y, j + (2 * width)));
            sum3 = TVector.Add(sum3, Added<TVector>(x, y, j + (3 * width)));
        }

        for (; j < whole; j += width)
        {
            sum0 = TVector.Add(sum0, Added<TVector>(x, y, j));
        }

        float sum = TVector.Sum(TVector.Add(TVector.Add(sum0, sum1), TVector.Add(sum2, sum3)));
        for (; j < columns; j++)
        {
            x[j] += y == null ? 0 : y[j];
            sum += x[j];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Added<TVector>(float* x, float* y, nint j)
        where TVector : struct, IVector<TVector, float>
    {
        TVector z = TVector.Load(x + j);
        if (y != null)
        {
            z = TVector.Add(z, TVector.Load(y + j));
            TVector.Store(z, x + j);
        }

        return z;
    }

    private struct Routine : IVectorRoutine<float>
    {
        internal float* X;
        internal nint RowStride;
        internal nint Rows;
        internal nint Columns;
        internal float* Y;
        internal nint YRowStride;
        internal float* Gamma;
        internal float* Beta;
        internal float Epsilon;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<TVector>()
            where TVector : struct, IVector<TVector, float> => Loop<TVector>(this);
    }
}
