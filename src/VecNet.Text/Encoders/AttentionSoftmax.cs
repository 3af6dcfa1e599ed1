using System.Runtime.CompilerServices;

namespace VecNet.Text;

/// <summary>The softmax of a tile of scores, of which the division comes last.</summary>
/// <remarks>
/// Sums run in two vectors, pair after pair, and in one of them over the last vector if their number is odd: their order depends on the
/// number of keys alone.
/// </remarks>
internal static unsafe class AttentionSoftmax
{
    /// <summary>
    /// Replaces each score s by e^(scale·(s − m)), where m is the largest of its row, and writes one divided by the sum of each row.
    /// </summary>
    /// <param name="scores">The scores, whose rows have room for whole vectors.</param>
    /// <param name="stride">The distance between two rows.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="keys">The number of scores of a row; those behind them are overwritten by 0.</param>
    /// <param name="columns">The same, rounded up to whole vectors.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="factors">A number for each row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Exponentials<TVector>(
        float* scores, nint stride, nint rows, nint keys, nint columns, float scale, float* factors)
        where TVector : struct, IVector<TVector, float>
    {
        nint width = TVector.Count, pairs = columns - (columns % (2 * width));
        TVector scales = TVector.Broadcast(scale);
        for (nint row = 0; row < rows; row++)
        {
            float* s = scores + (row * stride);
            for (nint j = keys; j < columns; j++)
            {
                s[j] = float.NegativeInfinity;
            }

            TVector most0 = TVector.Broadcast(float.NegativeInfinity), most1 = most0;
            nint i = 0;
            for (; i < pairs; i += 2 * width)
            {
                most0 = TVector.AtLeast(TVector.Load(s + i), most0);
                most1 = TVector.AtLeast(TVector.Load(s + i + width), most1);
            }

            if (i < columns)
            {
                most0 = TVector.AtLeast(TVector.Load(s + i), most0);
            }

            // scale·s − scale·m is 0 at the largest, up to its rounding.
            TVector shift = TVector.Broadcast(-scale * TVector.Max(TVector.AtLeast(most0, most1)));
            TVector sum0 = TVector.Broadcast(0), sum1 = sum0;
            for (i = 0; i < pairs; i += 2 * width)
            {
                TVector x0 = TVector.MultiplyAdd(TVector.Load(s + i), scales, shift);
                TVector x1 = TVector.MultiplyAdd(TVector.Load(s + i + width), scales, shift);
                x0 = Exponential.ExpUpToOverflow<float, TVector>(x0);
                x1 = Exponential.ExpUpToOverflow<float, TVector>(x1);
                TVector.Store(x0, s + i);
                TVector.Store(x1, s + i + width);
                sum0 = TVector.Add(sum0, x0);
                sum1 = TVector.Add(sum1, x1);
            }

            if (i < columns)
            {
                TVector x = Exponential.ExpUpToOverflow<float, TVector>(TVector.MultiplyAdd(TVector.Load(s + i), scales, shift));
                TVector.Store(x, s + i);
                sum0 = TVector.Add(sum0, x);
            }

            factors[row] = 1 / TVector.Sum(TVector.Add(sum0, sum1));
        }
    }

    /// <summary>Multiplies each row by its number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Scale<TVector>(float* y, nint stride, nint rows, nint columns, float* factors)
        where TVector : struct, IVector<TVector, float>
    {
        nint whole = columns / TVector.Count * TVector.Count;
        for (nint row = 0; row < rows; row++, y += stride)
        {
            TVector factor = TVector.Broadcast(factors[row]);
            for (nint j = 0; j < whole; j += TVector.Count)
            {
                TVector.Store(TVector.Multiply(TVector.Load(y + j), factor), y + j);
            }

            for (nint j = whole; j < columns; j++)
            {
                y[j] *= factors[row];
            }
        }
    }
}
