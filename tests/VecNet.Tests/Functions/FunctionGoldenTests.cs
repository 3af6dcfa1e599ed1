using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of the functions.</summary>
public abstract class FunctionGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string> LinearCases => GoldenFile.Load("linear").CasesFor<T>();

    public static TheoryData<string> DropoutCases => GoldenFile.Load("dropout").CasesFor<T>();

    public static TheoryData<string, string> ActivationCases
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (FunctionEntry<T> function in GoldenFunctions<T>.All.Values)
            {
                foreach (GoldenCase @case in GoldenFunctions<T>.CasesOf(function).Where(
                    @case => typeof(T) == typeof(double) || !GoldenFile.IsBeyondSinglePrecision(@case.Name)))
                {
                    rows.Add(function.Name, @case.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(LinearCases))]
    public void Fully_connected_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("linear").Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        TensorBuffer<T> weights = @case.Inputs["W"].ToBuffer<T>();
        bool hasBias = @case.Inputs.ContainsKey("b");
        TensorBuffer<T> bias = hasBias ? @case.Inputs["b"].ToBuffer<T>() : new TensorBuffer<T>(0, 0);
        TensorBuffer<T> output = Poisoned(x.Rows, weights.Columns);
        FullyConnected.Forward(x.View, weights.View, bias.View, output.View);
        @case.AssertOutput("y", output.View.AsReadOnly());

        TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
        TensorBuffer<T> gradWeights = Poisoned(weights.Rows, weights.Columns);
        TensorBuffer<T> gradBias = Poisoned(bias.Rows, bias.Columns);
        FullyConnected.Backward(
            x.View, weights.View, @case.Upstream["y"].ToBuffer<T>().View, gradInput.View, gradWeights.View, gradBias.View);
        @case.AssertGradient("x", gradInput.View.AsReadOnly());
        @case.AssertGradient("W", gradWeights.View.AsReadOnly());
        if (hasBias)
        {
            @case.AssertGradient("b", gradBias.View.AsReadOnly());
        }
    }

    [Theory]
    [MemberData(nameof(ActivationCases))]
    public void A_function_equals_PyTorch(string name, string caseName)
    {
        FunctionEntry<T> function = GoldenFunctions<T>.All[name];
        GoldenCase @case = GoldenFile.Load(function.Golden.File!).Case(caseName);
        GoldenFunctions<T>.AssertHolds(function, @case, @case.Inputs["x"].ToBuffer<T>());
    }

    /// <summary>Each case of a file is run by one function; one without a file says why.</summary>
    [Fact]
    public void Every_case_of_a_function_runs_and_what_is_left_out_has_a_reason()
    {
        Assert.Equal(
            GoldenFunctions<T>.All.Values.Select(function => function.Golden.File!).Distinct()
                .Sum(file => GoldenFile.Load(file).CasesFor<T>().Count),
            ActivationCases.Count);
        Assert.True(ActivationCases.Count >= (typeof(T) == typeof(float) ? 100 : 116), $"{ActivationCases.Count}");
        Assert.All(
            OperationCatalog<T>.Functions,
            function => Assert.True(function.Golden.File is not null || function.Golden.Reason.Length > 0, function.Name));
    }

    [Theory]
    [MemberData(nameof(DropoutCases))]
    public void Dropout_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("dropout").Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        TensorBuffer<T> mask = MaskLayer<T>.Scaled(@case.Inputs["mask"], @case.Number("p"));
        TensorBuffer<T> y = Poisoned(x.Rows, x.Columns);
        Dropout.Forward(x.View, mask.View, y.View);
        @case.AssertOutput("y", y.View.AsReadOnly());
        TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
        Dropout.Backward(mask.View, @case.Upstream["y"].ToBuffer<T>().View, gradInput.View);
        @case.AssertGradient("x", gradInput.View.AsReadOnly());
    }

    /// <summary>Room for a result, full of what must not survive.</summary>
    private static TensorBuffer<T> Poisoned(int rows, int columns)
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        buffer.View.Fill(T.NaN);
        return buffer;
    }
}

public sealed class FunctionFloatGoldenTests : FunctionGoldenTests<float>;

public sealed class FunctionDoubleGoldenTests : FunctionGoldenTests<double>;
