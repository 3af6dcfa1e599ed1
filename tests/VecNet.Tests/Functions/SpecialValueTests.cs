using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// Signed zeros, subnormals, ±10⁴, infinities, NaN, masked rows and ties, in both types: as PyTorch has them, and with finite derivatives.
/// Functions are those of the catalog.
/// </summary>
public abstract class SpecialValueTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the names of golden cases contain that are about special values.</summary>
    private static readonly string[] Special = ["edge", "infinit", "nan", "extreme", "subnormal", "masked", "equal", "wide"];

    public static TheoryData<string> Names => [.. GoldenFunctions<T>.All.Keys];

    public static TheoryData<string> All => [.. OperationCatalog<T>.Functions.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Special_values_are_those_of_PyTorch(string name)
    {
        FunctionEntry<T> function = GoldenFunctions<T>.All[name];
        GoldenCase[] cases = [.. GoldenFunctions<T>.CasesOf(function).Where(IsSpecial)];
        Assert.InRange(cases.Length, 2, 20);
        foreach (GoldenCase @case in cases)
        {
            GoldenFunctions<T>.AssertHolds(function, @case, Inputs(@case.Inputs["x"]));
        }
    }

    /// <summary>The fused loss too, whose files hold more than this library has yet: sums, smoothing and ignored rows.</summary>
    [Fact]
    public void Special_values_of_the_fused_loss_are_those_of_PyTorch()
    {
        string[] names =
        [
            "extreme_right_mean", "extreme_wrong_mean", "all_equal_logits", "single_class_3x1", "empty_batch_mean",
            "masked_logits_not_target", "masked_logit_is_target", "nan_logit", "subnormal_logits",
        ];
        foreach (string name in names)
        {
            GoldenCase @case = GoldenFile.Load("softmax_cross_entropy").Case(name);
            TensorBuffer<T> logits = @case.Inputs["logits"].ToBuffer<T>();
            TensorBuffer<T> gradient = Like(logits);
            @case.AssertOutput(
                "loss", new SoftmaxCrossEntropy<T>().ForwardBackward(logits.View, @case.Inputs["targets"].Indices(), gradient.View));
            @case.AssertGradient("logits", gradient.View.AsReadOnly());
        }
    }

    /// <summary>
    /// Every finite input, up to the largest: neither the value nor the derivative is infinite or NaN, alone and among others in a row.
    /// </summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Values_and_derivatives_of_finite_inputs_are_finite(string name)
    {
        FunctionEntry<T> entry = OperationCatalog<T>.Functions.Single(function => function.Name == name);
        ActivationLayer<T> function = entry.Sample;
        T[] inputs = [.. Finite().Where(x => double.CreateTruncating(T.Abs(x)) < entry.FiniteBelow
            && (name != "Exp" || x < T.CreateTruncating(typeof(T) == typeof(float) ? 88 : 709)))];
        foreach (int columns in new[] { 1, 3, inputs.Length })
        {
            int rows = inputs.Length / columns;
            TensorBuffer<T> x = TensorBuffer.Copy<T>(inputs.AsView(rows, columns));
            (TensorBuffer<T> y, TensorBuffer<T> g, TensorBuffer<T> gradInput) = (Like(x), Like(x), Like(x));
            Matrix<T, Ordinary>.Fill(g.View, 1);
            function.Forward(x.View, y.View);
            function.Backward(x.View, y.View, g.View, gradInput.View);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.True(
                    T.IsFinite(y.Span[i]) && T.IsFinite(gradInput.Span[i]),
                    $"{name}({x.Span[i]:R}) = {y.Span[i]:R}, derivative times {g.Span[i]:R}: {gradInput.Span[i]:R}.");
            }
        }
    }

    [Fact]
    public void The_derivative_of_ReLU_is_0_at_both_zeros_and_1_at_the_smallest_number()
    {
        T[] x = [T.Zero, T.NegativeZero, T.Epsilon, -T.Epsilon];
        (T[] y, T[] gradInput) = (new T[4], new T[4]);
        ReLU.Forward(x, y.AsView());
        ReLU.Backward(y, new[] { T.One, T.One, T.One, T.One }, gradInput.AsView());
        Assert.Equal([T.Zero, T.Zero, T.Epsilon, T.Zero], y);
        Assert.Equal([T.Zero, T.Zero, T.One, T.Zero], gradInput);
    }

    /// <summary>
    /// Elements that share the maximum of a row have the same probability, to the bit, wherever in the row they are and however long it is.
    /// </summary>
    [Fact]
    public void Ties_share_alike()
    {
        foreach (int columns in Enumerable.Range(2, 70))
        {
            T[] x = [.. Enumerable.Range(0, columns).Select(j => T.CreateTruncating(j % 3 == 1 ? 7.25 : -j))];
            T[] y = new T[columns];
            Softmax.Forward(x, y.AsView());
            Assert.Single(y.Where((_, j) => j % 3 == 1).Select(Bits.Of).Distinct());
            Assert.Equal(y.Max(), y[1]);
        }
    }

    private static bool IsSpecial(GoldenCase @case) => Special.Any(word => @case.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The case's inputs; what is too small for the type is its smallest number, on the same side of zero.</summary>
    private static TensorBuffer<T> Inputs(GoldenTensor tensor)
    {
        TensorBuffer<T> x = tensor.ToBuffer<T>();
        for (int i = 0; i < x.Length; i++)
        {
            x.Span[i] = T.IsZero(x.Span[i]) && tensor.Data[i] != 0 ? T.CopySign(T.Epsilon, x.Span[i]) : x.Span[i];
        }

        return x;
    }

    private static IEnumerable<T> Finite()
    {
        T largest = T.BitDecrement(T.PositiveInfinity);
        double[] ordinary =
        [
            0, 1e-40, 1e-30, 1e-8, 1e-3, 0.5, 1, 2, 9, 17, 37, 44, 87.3, 88.8, 89, 103.9,
            104, 354.9, 709.7, 709.9, 744.5, 745.2, 746, 1e4, 1e30,
        ];
        return ordinary.Select(x => T.CreateTruncating(x)).Append(T.Epsilon).Append(largest).Append(T.BitDecrement(largest))
            .SelectMany(x => new[] { x, -x, x });
    }

    private static TensorBuffer<T> Like(TensorBuffer<T> x)
    {
        var buffer = new TensorBuffer<T>(x.Rows, x.Columns);
        buffer.View.Fill(T.NaN);
        return buffer;
    }
}

public sealed class SpecialValueFloatTests : SpecialValueTests<float>;

public sealed class SpecialValueDoubleTests : SpecialValueTests<double>;
