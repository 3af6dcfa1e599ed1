using System.Diagnostics.CodeAnalysis;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Shapes and a seed for one gradient check: small, since every element costs four forward passes, and rarely square.</summary>
/// <param name="Rows">The batch: 0, 1 and more.</param>
/// <param name="Columns">Features of the input.</param>
/// <param name="Outputs">Features of the output, where they differ from the input's.</param>
/// <param name="Seed">The seed of all values.</param>
public sealed record GradientCase(int Rows, int Columns, int Outputs, ulong Seed) : IGradientSample
{
    /// <summary>
    /// No input lies nearer to 0 or to a kink than this: more than the 2 · 5e-4 · max(1, |x|) that the check steps away at |x| ≤ 9.
    /// </summary>
    private const double Clearance = 0.01;

    /// <inheritdoc/>
    IGradientSample IGradientSample.OfShape(int rows, int columns) => this with { Rows = rows, Columns = columns };

    /// <summary>Ordinary values, mostly of |x| ≤ 3, that are away from the kinks, and from 0, where gradients by weights vanish.</summary>
    public TensorBuffer<double> Input(params IReadOnlyList<double> kinks) =>
        Values(
            Rows, Columns, 1,
            x => KinkClearance.MoveAway(Math.Abs(x) < Clearance ? x + (double.IsNegative(x) ? -0.5 : 0.5) : x, kinks, Clearance));

    /// <summary>Targets whose differences from the prediction are near no kink, nor near 0, where the loss is flat.</summary>
    public TensorBuffer<double> TargetsOf(TensorBuffer<double> prediction, IReadOnlyList<double> kinks)
    {
        TensorBuffer<double> targets = Values(Rows, Columns, 2, x => KinkClearance.MoveAway(x, [0, .. kinks], 0.05));
        for (int i = 0; i < targets.Length; i++)
        {
            targets.Span[i] = prediction.Span[i] - targets.Span[i];
        }

        return targets;
    }

    /// <summary>Ordinary values of any shape; different numbers give different ones.</summary>
    public TensorBuffer<double> Values(int rows, int columns, int number) => Values(rows, columns, number, x => x);

    /// <summary>Numbers of [0.1, 1], which need not sum to 1.</summary>
    public TensorBuffer<double> Positive(int rows, int columns, int number) => Values(rows, columns, number, x => 0.1 + (0.15 * (x + 3)));

    /// <inheritdoc/>
    public TensorBuffer<double> Indices(int rows, int columns, int count, int number)
    {
        var indices = new TensorBuffer<double>(rows, columns);
        var random = new Seeded(Seed + (ulong)number);
        foreach (ref double index in indices.Span)
        {
            index = random.Integer(0, count - 1);
        }

        return indices;
    }

    /// <summary>A class for each row.</summary>
    public int[] Classes(int classes) => [.. Indices(1, Rows, classes, 77).Span.ToArray().Select(index => (int)index)];

    public static IEnumerable<GradientCase> Shrink(GradientCase x) =>
    [
        .. Size.Shrink(x.Rows).Select(rows => x with { Rows = rows }),
        .. Size.Shrink(x.Columns).Where(columns => columns > 0).Select(columns => x with { Columns = columns }),
        .. Size.Shrink(x.Outputs).Where(outputs => outputs > 0).Select(outputs => x with { Outputs = outputs }),
    ];

    private TensorBuffer<double> Values(int rows, int columns, int number, Func<double, double> map)
    {
        var buffer = new TensorBuffer<double>(rows, columns);
        Matrix<double, Ordinary>.Fill(buffer.View, Seed + ((ulong)number * 0x9E3779B9));
        foreach (ref double element in buffer.Span)
        {
            element = map(element);
        }

        return buffer;
    }
}

/// <summary>
/// The settings of gradient checks: a thousand cases each, or as many as VECNET_PROPERTY_CASES asks for beyond that. A variable below the
/// default reduces them in proportion.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
[SuppressMessage(
    "Extensibility", "xUnit3003", Justification = "It marks no test; PropertiesAttribute takes no source location to pass on.")]
public sealed class GradientPropertiesAttribute : PropertiesAttribute
{
    public const int Cases = 1000;

    public GradientPropertiesAttribute()
    {
        Arbitrary = [typeof(GradientArbitraries)];
        int others = new VecNetPropertiesAttribute().MaxTest;
        MaxTest = others < VecNetPropertiesAttribute.DefaultCases
            ? Cases * others / VecNetPropertiesAttribute.DefaultCases
            : Math.Max(Cases, others);
        QuietOnSuccess = true;
    }

    /// <summary>A property of one row of a theory, with as many cases as the attribute gives the others.</summary>
    internal static void ForAll(Action<GradientCase> holds) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(new GradientPropertiesAttribute().MaxTest).WithQuietOnSuccess(true),
        Prop.ForAll(GradientArbitraries.Cases(), holds));
}

/// <summary>The generators of gradient checks; registered by the classes that make some.</summary>
public static class GradientArbitraries
{
    private static readonly Gen<int> Features = Gen.Frequency(
        (2, Gen.Constant(1)), (8, Gen.Choose(2, 9)), (3, Gen.Elements(15, 16, 17)), (1, Gen.Constant(33)));

    /// <summary>Batches from 0 on.</summary>
    public static Arbitrary<GradientCase> Cases() => Arb.From(
        from rows in Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Constant(1)), (7, Gen.Choose(2, 7)), (1, Gen.Constant(17)))
        from columns in Features
        from outputs in Features
        from seed in Gen.Choose(0, int.MaxValue)
        select new GradientCase(rows, columns, outputs, (ulong)seed),
        GradientCase.Shrink);

    public static Arbitrary<NetworkCase> Networks() => NetworkCase.Arbitrary();
}
