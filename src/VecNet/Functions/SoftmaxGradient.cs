using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// y · (g − sum), where the sum is Σ gⱼ·yⱼ over the row: the gradient of softmax, which softmax and attention share.
/// </summary>
internal readonly struct SoftmaxGradient<T>(T sum) : IBinaryKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector y, TVector gradient)
        where TVector : struct, IVector<TVector, T> =>
        TVector.Multiply(y, TVector.Subtract(gradient, TVector.Broadcast(sum)));
}
