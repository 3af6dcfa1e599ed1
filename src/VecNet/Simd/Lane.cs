using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VecNet;

/// <summary>The last stage of a reduction over a vector of any width: its 128 bits.</summary>
internal static class Lane
{
    /// <summary>The largest element; none is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Max<T>(Vector128<T> lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<float> x = lane.As<T, float>();
            x = Vector128.MaxNative(x, Vector128.Shuffle(x, Vector128.Create(2, 3, 0, 1)));
            x = Vector128.MaxNative(x, Vector128.Shuffle(x, Vector128.Create(1, 0, 3, 2)));
            return x.As<float, T>().ToScalar();
        }

        Vector128<double> y = lane.As<T, double>();
        y = Vector128.MaxNative(y, Vector128.Shuffle(y, Vector128.Create(1L, 0L)));
        return y.As<double, T>().ToScalar();
    }
}
