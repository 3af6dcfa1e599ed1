using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VecNet;

/// <summary>A vector of <see cref="Vector{T}"/>'s width: 128 or 256 bits, or 512 where the process asks for it.</summary>
/// <remarks>
/// The file is long because the interface is wide: each of its operations is defined here, with the instruction it becomes.
/// </remarks>
internal unsafe struct Portable<T> : IVector<Portable<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector<T> value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Portable(Vector<T> value) => this.value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector<T>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Load(T* source)
    {
        Portable<T> result;
        result.value = Vector.Load(source);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Portable<T> vector, T* destination) => Vector.Store(vector.value, destination);

    /// <summary>Whether this is AVX's vector.</summary>
    private static bool Is256
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx.IsSupported && Vector<byte>.Count == Vector256<byte>.Count;
    }

    public static bool HasMaskedAccess
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Is256;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> FirstElements(nint count)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector.LessThan(Vector<int>.Indices, Vector.Create((int)count)).As<int, T>());
        }

        return new(Vector.LessThan(Vector<long>.Indices, Vector.Create((long)count)).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> LoadMasked(T* source, Portable<T> mask)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Avx.MaskLoad((float*)source, mask.value.As<T, float>().AsVector256()).AsVector().As<float, T>());
        }

        return new(Avx.MaskLoad((double*)source, mask.value.As<T, double>().AsVector256()).AsVector().As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMasked(Portable<T> vector, T* destination, Portable<T> mask)
    {
        if (typeof(T) == typeof(float))
        {
            Avx.MaskStore((float*)destination, mask.value.As<T, float>().AsVector256(), vector.value.As<T, float>().AsVector256());
        }
        else
        {
            Avx.MaskStore((double*)destination, mask.value.As<T, double>().AsVector256(), vector.value.As<T, double>().AsVector256());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> AndMask(Portable<T> vector, Portable<T> mask) => new(vector.value & mask.value);

    public static bool HasLaneShuffles
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Is256 || (Vector<byte>.Count == Vector128<byte>.Count && (Sse2.IsSupported || AdvSimd.Arm64.IsSupported));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> LoadLanes(T* source, nint distance)
    {
        Vector128<float> first = Vector128.Load((float*)source);
        return Is256
            ? new(Vector256.Create(first, Vector128.Load((float*)(source + distance))).AsVector().As<float, T>())
            : new(first.AsVector().As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> InterleaveLow(Portable<T> left, Portable<T> right)
    {
        if (typeof(T) != typeof(float))
        {
            return JoinLow(left, right);
        }

        if (Is256)
        {
            return new(
                Avx.UnpackLow(left.value.As<T, float>().AsVector256(), right.value.As<T, float>().AsVector256()).AsVector().As<float, T>());
        }

        Vector128<float> x = left.value.As<T, float>().AsVector128(), y = right.value.As<T, float>().AsVector128();
        return new((Sse.IsSupported ? Sse.UnpackLow(x, y) : AdvSimd.Arm64.ZipLow(x, y)).AsVector().As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> InterleaveHigh(Portable<T> left, Portable<T> right)
    {
        if (typeof(T) != typeof(float))
        {
            return JoinHigh(left, right);
        }

        if (Is256)
        {
            return new(
                Avx.UnpackHigh(left.value.As<T, float>().AsVector256(), right.value.As<T, float>().AsVector256())
                    .AsVector().As<float, T>());
        }

        Vector128<float> x = left.value.As<T, float>().AsVector128(), y = right.value.As<T, float>().AsVector128();
        return new((Sse.IsSupported ? Sse.UnpackHigh(x, y) : AdvSimd.Arm64.ZipHigh(x, y)).AsVector().As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> JoinLow(Portable<T> left, Portable<T> right)
    {
        if (Is256)
        {
            return new(
                Avx.UnpackLow(left.value.As<T, double>().AsVector256(), right.value.As<T, double>().AsVector256())
                    .AsVector().As<double, T>());
        }

        Vector128<double> x = left.value.As<T, double>().AsVector128(), y = right.value.As<T, double>().AsVector128();
        return new((Sse2.IsSupported ? Sse2.UnpackLow(x, y) : AdvSimd.Arm64.ZipLow(x, y)).AsVector().As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> JoinHigh(Portable<T> left, Portable<T> right)
    {
        if (Is256)
        {
            return new(
                Avx.UnpackHigh(left.value.As<T, double>().AsVector256(), right.value.As<T, double>().AsVector256())
                    .AsVector().As<double, T>());
        }

        Vector128<double> x = left.value.As<T, double>().AsVector128(), y = right.value.As<T, double>().AsVector128();
        return new((Sse2.IsSupported ? Sse2.UnpackHigh(x, y) : AdvSimd.Arm64.ZipHigh(x, y)).AsVector().As<double, T>());
    }

    public static bool HasTables => false;

    public static Portable<T> Lookup(Vector512<float> table, Portable<T> index) => throw new UnreachableException();

    public static Portable<T> HalfOctave(Portable<T> vector) => throw new UnreachableException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Broadcast(T value)
    {
        Portable<T> result;
        result.value = Vector.Create(value);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Add(Portable<T> left, Portable<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Subtract(Portable<T> left, Portable<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Multiply(Portable<T> left, Portable<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Divide(Portable<T> left, Portable<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Sqrt(Portable<T> vector) => new(Vector.SquareRoot(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Round(Portable<T> vector)
    {
        if (typeof(T) == typeof(float))
        {
            return new(Vector.Round(vector.value.As<T, float>()).As<float, T>());
        }

        return new(Vector.Round(vector.value.As<T, double>()).As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Abs(Portable<T> vector) => new(Vector.Abs(vector.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> NegativeAbs(Portable<T> vector) => new(Vector.BitwiseOr(vector.value, Vector.Create(-T.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> AtLeast(Portable<T> vector, Portable<T> limit)
    {
        // AVX gives the second operand where either is NaN, and where both are zeros: that is the selection below in one instruction.
        if (Is256)
        {
            return typeof(T) == typeof(float)
                ? new(
                    Avx.Max(limit.value.As<T, float>().AsVector256(), vector.value.As<T, float>().AsVector256()).AsVector().As<float, T>())
                : new(
                    Avx.Max(limit.value.As<T, double>().AsVector256(), vector.value.As<T, double>().AsVector256())
                        .AsVector().As<double, T>());
        }

        return SelectGreater(limit, vector, limit, vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> AtMost(Portable<T> vector, Portable<T> limit)
    {
        if (Is256)
        {
            return typeof(T) == typeof(float)
                ? new(
                    Avx.Min(limit.value.As<T, float>().AsVector256(), vector.value.As<T, float>().AsVector256()).AsVector().As<float, T>())
                : new(
                    Avx.Min(limit.value.As<T, double>().AsVector256(), vector.value.As<T, double>().AsVector256())
                        .AsVector().As<double, T>());
        }

        return SelectGreater(vector, limit, limit, vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> CopySign(Portable<T> magnitude, Portable<T> sign) => new(Vector.CopySign(magnitude.value, sign.value));

    /// <remarks>
    /// 2^exponent is assembled from bits, in two factors, so that both are normal numbers wherever the result is one: the first
    /// multiplication is exact, the second rounds. Exponents outside ±300 (float) and ±2200 (double) do not occur.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Ldexp(Portable<T> vector, Portable<T> exponent)
    {
        Portable<T> half = Round(Multiply(exponent, Broadcast(T.CreateTruncating(0.5))));
        return Multiply(Multiply(vector, PowerOfTwo(half)), PowerOfTwo(Subtract(exponent, half)));
    }

    /// <summary>2^exponent, for integral exponents whose power is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Portable<T> PowerOfTwo(Portable<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            Vector<int> biased = Vector.ConvertToInt32Native(exponent.value.As<T, float>()) + Vector.Create(127);
            return new((biased << 23).As<int, T>());
        }

        // Adding 1.5·2⁵² leaves the integer in the low bits: there is no conversion to 64-bit integers below AVX-512.
        Vector<double> shifted = exponent.value.As<T, double>() + Vector.Create(6755399441055744.0 + 1023);
        return new((shifted.As<double, long>() << 52).As<long, T>());
    }

    /// <remarks>
    /// A subnormal is scaled to a normal number first. The exponent's bits, inserted as the low bits of 2²³ or 2⁵², become a number by a
    /// subtraction.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Frexp(Portable<T> vector, out Portable<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            Vector<float> x = vector.value.As<T, float>();
            Vector<int> isSmall = Vector.LessThan(x, Vector.Create(1.17549435e-38f));
            Vector<int> bits = Vector.ConditionalSelect(isSmall, x * 8388608f, x).As<float, int>();
            Vector<float> power = ((bits >>> 23) | Vector.Create(0x4B00_0000)).As<int, float>() - Vector.Create(8388608f + 127);
            exponent = new(Vector.ConditionalSelect(isSmall, power - Vector.Create(23f), power).As<float, T>());
            return new(((bits & Vector.Create(0x007F_FFFF)) | Vector.Create(0x3F80_0000)).As<int, T>());
        }

        Vector<double> y = vector.value.As<T, double>();
        Vector<long> isTiny = Vector.LessThan(y, Vector.Create(2.2250738585072014e-308));
        Vector<long> word = Vector.ConditionalSelect(isTiny, y * 4503599627370496.0, y).As<double, long>();
        Vector<double> scale =
            ((word >>> 52) | Vector.Create(0x4330_0000_0000_0000)).As<long, double>() - Vector.Create(4503599627370496.0 + 1023);
        exponent = new(Vector.ConditionalSelect(isTiny, scale - Vector.Create(52.0), scale).As<double, T>());
        return new(((word & Vector.Create(0x000F_FFFF_FFFF_FFFF)) | Vector.Create(0x3FF0_0000_0000_0000)).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> MultiplyAdd(Portable<T> left, Portable<T> right, Portable<T> addend)
    {
        if (typeof(T) == typeof(float))
        {
            return new(
                Vector.MultiplyAddEstimate(left.value.As<T, float>(), right.value.As<T, float>(), addend.value.As<T, float>())
                    .As<float, T>());
        }

        return new(
            Vector.MultiplyAddEstimate(left.value.As<T, double>(), right.value.As<T, double>(), addend.value.As<T, double>())
                .As<double, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> MultiplyAddNegated(Portable<T> left, Portable<T> right, Portable<T> addend) =>
        MultiplyAdd(new(-left.value), right, addend);

    /// <remarks>NEON loads one element without a slot of the arithmetic units, which copying it to all elements would take.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> Factor(T value)
    {
        Portable<T> result;
        if (AdvSimd.Arm64.IsSupported && Vector<byte>.Count == 16)
        {
            result.value = Vector128.CreateScalarUnsafe(value).AsVector();
        }
        else
        {
            result.value = Vector.Create(value);
        }

        return result;
    }

    /// <remarks>The micro-kernel is at the compiler's limit of temporaries, so nothing is called here but instructions.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Portable<T> sum, Portable<T> factor, Portable<T> vector)
    {
        if (AdvSimd.Arm64.IsSupported && Vector<byte>.Count == 16 && typeof(T) == typeof(float))
        {
            sum.value = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(
                sum.value.As<T, float>().AsVector128(), vector.value.As<T, float>().AsVector128(),
                factor.value.As<T, float>().AsVector128(), 0).AsVector().As<float, T>();
        }
        else if (AdvSimd.Arm64.IsSupported && Vector<byte>.Count == 16)
        {
            sum.value = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(
                sum.value.As<T, double>().AsVector128(), vector.value.As<T, double>().AsVector128(),
                factor.value.As<T, double>().AsVector128(), 0).AsVector().As<double, T>();
        }
        else if (typeof(T) == typeof(float))
        {
            sum.value = Vector.MultiplyAddEstimate(
                factor.value.As<T, float>(), vector.value.As<T, float>(), sum.value.As<T, float>()).As<float, T>();
        }
        else
        {
            sum.value = Vector.MultiplyAddEstimate(
                factor.value.As<T, double>(), vector.value.As<T, double>(), sum.value.As<T, double>()).As<double, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Portable<T> SelectGreater(Portable<T> left, Portable<T> right, Portable<T> ifTrue, Portable<T> ifFalse) =>
        new(Vector.ConditionalSelect(Vector.GreaterThan(left.value, right.value), ifTrue.value, ifFalse.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Portable<T> vector) => Vector.Sum(vector.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(Portable<T> vector)
    {
        if (Vector<byte>.Count == Vector128<byte>.Count)
        {
            return Lane.Max(vector.value.AsVector128());
        }

        if (Vector<byte>.Count == Vector256<byte>.Count)
        {
            Vector256<T> all = vector.value.AsVector256();
            return Lane.Max(Vector128.MaxNative(all.GetLower(), all.GetUpper()));
        }

        T max = vector.value[0];
        for (int i = 1; i < Count; i++)
        {
            max = T.MaxNative(max, vector.value[i]);
        }

        return max;
    }
}
