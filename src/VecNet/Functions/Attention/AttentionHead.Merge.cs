using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <content>The merge of the results of two tiles.</content>
internal readonly ref partial struct AttentionHead<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>λ and y of the tiles so far from those before and those of another tile.</summary>
    private void Merge(TensorView<T> lambda, TensorView<T> y, TensorView<T> result, bool isFirst)
    {
        Span<T> ofTile = memory.OfRows[..y.Rows], before = memory.OfRowsToo[..y.Rows];
        Span<T> merged = isFirst ? ofTile : memory.Factors[..y.Rows];
        if (!isFirst)
        {
            for (int row = 0; row < before.Length; row++)
            {
                before[row] = lambda[row, 0];
            }

            BinaryLoop.Run(before, ofTile, merged, default(LogSumExp));
            BinaryLoop.Run(before, merged, before, default(ExpOfDifference));
            BinaryLoop.Run(ofTile, merged, ofTile, default(ExpOfDifference));
        }

        for (int row = 0; row < merged.Length; row++)
        {
            lambda[row, 0] = merged[row];
            if (!isFirst)
            {
                BinaryLoop.Run(y.Row(row), result.Row(row), y.Row(row), new WeightedSum(before[row], ofTile[row]));
            }
        }
    }

    /// <summary>log(e^x + e^y).</summary>
    private readonly struct LogSumExp : IBinaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T>
        {
            TVector larger = TVector.AtLeast(x, y);
            TVector sum = TVector.Add(
                Exponential.Exp<T, TVector>(TVector.Subtract(x, larger)), Exponential.Exp<T, TVector>(TVector.Subtract(y, larger)));
            return TVector.Add(larger, Logarithm.Log<T, TVector>(sum));
        }
    }

    /// <summary>e^(x − y).</summary>
    private readonly struct ExpOfDifference : IBinaryKernel<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector x, TVector y)
            where TVector : struct, IVector<TVector, T> => Exponential.Exp<T, TVector>(TVector.Subtract(x, y));
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
