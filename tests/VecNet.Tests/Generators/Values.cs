using System.Numerics;

namespace VecNet.Tests;

/// <summary>What kind of numbers a matrix is filled with; part of a type, so that a property says it in its signature.</summary>
public interface IValues
{
    internal static abstract T Next<T>(ref Seeded random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>|x| ≤ 3, now and then a zero of either sign: what networks are fed with, and what gradients can be checked on.</summary>
public readonly struct Ordinary : IValues
{
    static T IValues.Next<T>(ref Seeded random) => random.Integer(0, 31) switch
    {
        0 => T.Zero,
        1 => T.NegativeZero,
        _ => T.CreateChecked((6 * random.Unit()) - 3),
    };
}

/// <summary>Whole numbers from −4 to 4: their sums of products are exact in every order, in float up to a million terms.</summary>
public readonly struct Integers : IValues
{
    static T IValues.Next<T>(ref Seeded random) => T.CreateChecked(random.Integer(-4, 4));
}

/// <summary>Finite extremes: zeros of both signs, subnormals, the smallest and largest normal numbers, and ordinary ones between.</summary>
public readonly struct Extreme : IValues
{
    static T IValues.Next<T>(ref Seeded random)
    {
        T largest = T.BitDecrement(T.PositiveInfinity);
        T smallestNormal = T.CreateChecked(typeof(T) == typeof(float) ? double.Exp2(-126) : double.Exp2(-1022));
        T magnitude = random.Integer(0, 8) switch
        {
            0 => T.Zero,
            1 => T.Epsilon,
            2 => T.BitDecrement(smallestNormal),
            3 => smallestNormal,
            4 => largest,
            5 => T.CreateChecked(1e30 * random.Unit()),
            6 => T.CreateChecked(1e-30 * random.Unit()),
            _ => T.CreateChecked(3 * random.Unit()),
        };
        return random.Integer(0, 1) == 0 ? magnitude : -magnitude;
    }
}

/// <summary>Everything: the extremes, infinities and NaN.</summary>
public readonly struct Wild : IValues
{
    static T IValues.Next<T>(ref Seeded random) => random.Integer(0, 11) switch
    {
        0 => T.NaN,
        1 => T.PositiveInfinity,
        2 => T.NegativeInfinity,
        _ => Next<T, Extreme>(ref random),
    };

    private static T Next<T, TValues>(ref Seeded random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TValues : struct, IValues => TValues.Next<T>(ref random);
}
