using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VecNet;

/// <summary>A vector of 512 bits, in AVX-512.</summary>
/// <remarks>
/// The file is long because the interface is wide: each of its operations is defined here, with the instruction it becomes.
/// </remarks>
internal unsafe struct Wide512<T> : IVector<Wide512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector512<T> value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Wide512(Vector512<T> value) => this.value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Load(T* source)
    {
        Wide512<T> result;
        result.value = Vector512.Load(source);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Wide512<T> vector, T* destination) => Vector512.Store(vector.value, destination);

    public static bool HasMaskedAccess
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> FirstElements(nint count)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create((int)count)).As<int, T>());
        }

        return new(Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> LoadMasked(T* source, Wide512<T> mask)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Avx512F.MaskLoad((float*)source, mask.value.As<T, float>(), Vector512<float>.Zero).As<float, T>());
        }

        return new(Avx512F.MaskLoad((double*)source, mask.value.As<T, double>(), Vector512<double>.Zero).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMasked(Wide512<T> vector, T* destination, Wide512<T> mask)
    {
        if (typeof(T) == typeof(float))
        {
            Avx512F.MaskStore((float*)destination, mask.value.As<T, float>(), vector.value.As<T, float>());
        }
        else
        {
            Avx512F.MaskStore((double*)destination, mask.value.As<T, double>(), vector.value.As<T, double>());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> AndMask(Wide512<T> vector, Wide512<T> mask) => new(vector.value & mask.value);

    public static bool HasLaneShuffles
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> LoadLanes(T* source, nint distance)
    {
        Vector512<float> lanes =
            Vector256.Create(Vector128.Load((float*)source), Vector128.Load((float*)(source + distance))).ToVector512Unsafe();
        lanes = Avx512F.InsertVector128(lanes, Vector128.Load((float*)(source + (2 * distance))), 2);
        lanes = Avx512F.InsertVector128(lanes, Vector128.Load((float*)(source + (3 * distance))), 3);
        return new(lanes.As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> InterleaveLow(Wide512<T> left, Wide512<T> right) => typeof(T) == typeof(float)
        ? new(Avx512F.UnpackLow(left.value.As<T, float>(), right.value.As<T, float>()).As<float, T>())
        : JoinLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> InterleaveHigh(Wide512<T> left, Wide512<T> right) => typeof(T) == typeof(float)
        ? new(Avx512F.UnpackHigh(left.value.As<T, float>(), right.value.As<T, float>()).As<float, T>())
        : JoinHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> JoinLow(Wide512<T> left, Wide512<T> right) =>
        new(Avx512F.UnpackLow(left.value.As<T, double>(), right.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> JoinHigh(Wide512<T> left, Wide512<T> right) =>
        new(Avx512F.UnpackHigh(left.value.As<T, double>(), right.value.As<T, double>()).As<double, T>());

    public static bool IsCacheLine
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransposeLanes(ref Wide512<T> x0, ref Wide512<T> x1, ref Wide512<T> x2, ref Wide512<T> x3)
    {
        // First lanes 0 and 1 of two vectors and lanes 2 and 3, then the even lanes of two such results and the odd ones.
        Vector512<float> low01 = Avx512F.Shuffle4x128(x0.value.As<T, float>(), x1.value.As<T, float>(), 0x44);
        Vector512<float> low23 = Avx512F.Shuffle4x128(x2.value.As<T, float>(), x3.value.As<T, float>(), 0x44);
        Vector512<float> high01 = Avx512F.Shuffle4x128(x0.value.As<T, float>(), x1.value.As<T, float>(), 0xEE);
        Vector512<float> high23 = Avx512F.Shuffle4x128(x2.value.As<T, float>(), x3.value.As<T, float>(), 0xEE);
        x0 = new(Avx512F.Shuffle4x128(low01, low23, 0x88).As<float, T>());
        x1 = new(Avx512F.Shuffle4x128(low01, low23, 0xDD).As<float, T>());
        x2 = new(Avx512F.Shuffle4x128(high01, high23, 0x88).As<float, T>());
        x3 = new(Avx512F.Shuffle4x128(high01, high23, 0xDD).As<float, T>());
    }

    public static bool HasTables
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Lookup(Vector512<float> table, Wide512<T> index) =>
        new(Avx512F.PermuteVar16x32(table, index.value.As<T, int>()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> HalfOctave(Wide512<T> vector) => new(Vector512.ShiftRightLogical(vector.value.As<T, int>(), 22).As<int, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Broadcast(T value)
    {
        Wide512<T> result;
        result.value = Vector512.Create(value);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Add(Wide512<T> left, Wide512<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Subtract(Wide512<T> left, Wide512<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Multiply(Wide512<T> left, Wide512<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Divide(Wide512<T> left, Wide512<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Sqrt(Wide512<T> vector) => new(Vector512.Sqrt(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Round(Wide512<T> vector)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector512.Round(vector.value.As<T, float>()).As<float, T>());
        }

        return new(Vector512.Round(vector.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Abs(Wide512<T> vector) => new(Vector512.Abs(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> NegativeAbs(Wide512<T> vector) => new(Vector512.BitwiseOr(vector.value, Vector512.Create(-T.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> AtLeast(Wide512<T> vector, Wide512<T> limit)
    {
        // The instruction returns its second operand where either is NaN, and where both are zeros.
        if (typeof(T) == typeof(float))
        {
            return new(Avx512F.Max(limit.value.As<T, float>(), vector.value.As<T, float>()).As<float, T>());
        }

        return new(Avx512F.Max(limit.value.As<T, double>(), vector.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> AtMost(Wide512<T> vector, Wide512<T> limit)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Avx512F.Min(limit.value.As<T, float>(), vector.value.As<T, float>()).As<float, T>());
        }

        return new(Avx512F.Min(limit.value.As<T, double>(), vector.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> CopySign(Wide512<T> magnitude, Wide512<T> sign) => new(Vector512.CopySign(magnitude.value, sign.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Ldexp(Wide512<T> vector, Wide512<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Avx512F.Scale(vector.value.As<T, float>(), exponent.value.As<T, float>()).As<float, T>());
        }

        return new(Avx512F.Scale(vector.value.As<T, double>(), exponent.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Frexp(Wide512<T> vector, out Wide512<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            exponent = new(Avx512F.GetExponent(vector.value.As<T, float>()).As<float, T>());
            return new(Avx512F.GetMantissa(vector.value.As<T, float>(), 0).As<float, T>());
        }

        exponent = new(Avx512F.GetExponent(vector.value.As<T, double>()).As<double, T>());
        return new(Avx512F.GetMantissa(vector.value.As<T, double>(), 0).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> MultiplyAdd(Wide512<T> left, Wide512<T> right, Wide512<T> addend)
    {
        if (typeof(T) == typeof(float))
        {
            return new(
                Vector512.MultiplyAddEstimate(left.value.As<T, float>(), right.value.As<T, float>(), addend.value.As<T, float>())
                    .As<float, T>());
        }

        return new(
            Vector512.MultiplyAddEstimate(left.value.As<T, double>(), right.value.As<T, double>(), addend.value.As<T, double>())
                .As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> MultiplyAddNegated(Wide512<T> left, Wide512<T> right, Wide512<T> addend)
    {
        if (typeof(T) == typeof(float))
        {
            return new(
                Avx512F.FusedMultiplyAddNegated(left.value.As<T, float>(), right.value.As<T, float>(), addend.value.As<T, float>())
                    .As<float, T>());
        }

        return new(
            Avx512F.FusedMultiplyAddNegated(left.value.As<T, double>(), right.value.As<T, double>(), addend.value.As<T, double>())
                .As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> Factor(T value)
    {
        Wide512<T> result;
        result.value = Vector512.Create(value);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Wide512<T> sum, Wide512<T> factor, Wide512<T> vector)
    {
        if (typeof(T) == typeof(float))
        {
            sum.value =
                Vector512.MultiplyAddEstimate(factor.value.As<T, float>(), vector.value.As<T, float>(), sum.value.As<T, float>())
                    .As<float, T>();
        }
        else
        {
            sum.value =
                Vector512.MultiplyAddEstimate(factor.value.As<T, double>(), vector.value.As<T, double>(), sum.value.As<T, double>())
                    .As<double, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide512<T> SelectGreater(Wide512<T> left, Wide512<T> right, Wide512<T> ifTrue, Wide512<T> ifFalse) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.value, right.value), ifTrue.value, ifFalse.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Wide512<T> vector) => Vector512.Sum(vector.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(Wide512<T> vector)
    {
        Vector256<T> half = Vector256.MaxNative(vector.value.GetLower(), vector.value.GetUpper());
        return Lane.Max(Vector128.MaxNative(half.GetLower(), half.GetUpper()));
    }
}
