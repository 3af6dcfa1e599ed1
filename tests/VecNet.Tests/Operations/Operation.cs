using System.Numerics;

namespace VecNet.Tests;

/// <summary>The sizes of a call: a batch of rows, and the features on either side.</summary>
public readonly record struct Sizes(int Rows, int Columns, int Outputs)
{
    public override string ToString() => $"{Rows}×{Columns}→{Outputs}";
}

/// <summary>What a call does with an operand.</summary>
internal enum Access
{
    /// <summary>Reads it.</summary>
    Read,

    /// <summary>Overwrites it: what was there may not matter.</summary>
    Write,

    /// <summary>Adds to it, or reads it and writes it again.</summary>
    Update,

    /// <summary>Reads it: the classes of the rows, each below the operand's columns.</summary>
    Labels,

    /// <summary>Nothing: the test itself keeps there what the call returns.</summary>
    Returned,
}

/// <summary>One operand of a call.</summary>
/// <param name="Name">As the parameter is called.</param>
/// <param name="Rows">The rows of the view.</param>
/// <param name="Columns">The columns of the view.</param>
/// <param name="Access">What is done with it.</param>
/// <param name="Over">The operands, by name, whose very view it may be; from all others it must be apart if it is written.</param>
/// <param name="IsPositive">Whether its values are of [0.1, 1] instead of [−3, 3].</param>
internal sealed record Operand(string Name, int Rows, int Columns, Access Access, string[]? Over = null, bool IsPositive = false)
{
    public bool IsWritten => Access is Access.Write or Access.Update;

    /// <summary>The elements from the first to the last with a gap after each row.</summary>
    public int Length(int gap) => Access == Access.Labels ? Rows : Rows == 0 || Columns == 0 ? 0 : ((Rows - 1) * (Columns + gap)) + Columns;

    public bool MayBe(Operand other) => Over?.Contains(other.Name) == true || other.Over?.Contains(Name) == true;
}

/// <summary>
/// One public way to compute something over views: what the suites of memory, sharing, allocation, threads and widths all call.
/// </summary>
/// <param name="Name">Class and method, and after a comma what distinguishes this way from others.</param>
/// <param name="Operands">The operands for given sizes.</param>
/// <param name="Bind">Makes what the call needs beside its operands (an optimizer, a network), and returns the call.</param>
internal sealed record Operation<T>(string Name, Func<Sizes, Operand[]> Operands, Func<Sizes, Action<Operands<T>>> Bind)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Operation(string name, Func<Sizes, Operand[]> operands, Action<Operands<T>> call)
        : this(name, operands, _ => call)
    {
    }

    /// <summary>The least sizes; smaller ones are refused, and tested where the refusal is.</summary>
    public Sizes Least { get; init; }

    /// <summary>Whether a warm call allocates, by its nature.</summary>
    public bool Allocates { get; init; }

    /// <summary>Class and method.</summary>
    public string Method => Name.Split(',')[0];

    /// <summary>Whether there is such a call: a row has a class only where there are classes.</summary>
    public bool Accepts(Sizes sizes) => sizes.Rows >= Least.Rows && sizes.Columns >= Least.Columns && sizes.Outputs >= Least.Outputs
        && !Operands(sizes).Any(operand => operand.Access == Access.Labels && operand.Rows > 0 && operand.Columns == 0);

    /// <summary>
    /// How far the results of two correct ways to compute an element may be apart, for inputs of [−3, 3].
    /// </summary>
    /// <remarks>
    /// An element is reached by no more roundings than a sum over the rows, columns and outputs has terms, and 16 more (exponential,
    /// logarithm, quotient and what stands around them). None rounds a number larger than the terms times 27, a product of three inputs, or
    /// than the element itself, where it is a quotient. Each way may err by that much, hence the 2.
    /// </remarks>
    public double Bound(Sizes sizes, double element)
    {
        double terms = sizes.Rows + sizes.Columns + sizes.Outputs;
        double u = typeof(T) == typeof(float) ? double.Exp2(-24) : double.Exp2(-53);
        return 2 * u * (terms + 16) * ((27 * (terms + 1)) + Math.Abs(element));
    }

    /// <summary>Fails where two results are further apart than <see cref="Bound"/>; infinities and NaN must be the same.</summary>
    public void AssertWithin(Sizes sizes, double expected, double actual, int element)
    {
        bool same = expected.Equals(actual) || Math.Abs(actual - expected) <= Bound(sizes, expected);
        Assert.True(
            same, $"{Name}, {sizes}: element {element} of the results is {actual:R}, expected {expected:R} ± {Bound(sizes, expected):G3}.");
    }

    /// <summary>Calls it once with fresh operands in memory of their own, and returns what it wrote.</summary>
    public T[] Results(Sizes sizes, ulong seed, int gap = 0)
    {
        Operands<T> operands = Operands<T>.Apart(Operands(sizes), gap);
        operands.Fill(seed);
        Bind(sizes)(operands);
        operands.AssertOnlyWrittenWhereAllowed(Name);
        return operands.Results();
    }

    public override string ToString() => Name;
}
