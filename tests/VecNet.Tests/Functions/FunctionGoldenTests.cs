using System.Numerics;

namespace VecNet.Tests;

/// <summary>∂L/∂x of x, y and ∂L/∂y.</summary>
public delegate void GoldenBackwardPass<T>(ReadOnlyTensorView<T> input, ReadOnlyTensorView<T> output, ReadOnlyTensorView<T> gradOutput, TensorView<T> gradInput)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

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
            foreach (string file in new[] { "sigmoid", "tanh", "relu", "softmax", "leaky_relu", "elu", "gelu", "silu", "softplus", "log_softmax" })
            {
                foreach (TheoryDataRow<string> row in (IEnumerable<TheoryDataRow<string>>)GoldenFile.Load(file).CasesFor<T>())
                {
                    rows.Add(file, row.Data);
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
    public void Activation_equals_PyTorch(string file, string name)
    {
        GoldenCase @case = GoldenFile.Load(file).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        TensorBuffer<T> y = Poisoned(x.Rows, x.Columns);
        (Unary<T> forward, GoldenBackwardPass<T> backward) = PassesOf(file, @case);
        forward(x.View, y.View);
        AssertClose(file, @case, "output y", @case.Outputs["y"], y.View);
        if (@case.Gradients.Count == 0)
        {
            return;
        }

        TensorBuffer<T> upstream = @case.Upstream["y"].ToBuffer<T>();
        TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
        backward(x.View, y.View, upstream.View, gradInput.View);
        AssertClose(file, @case, "gradient of x", @case.Gradients["x"], gradInput.View);
    }

    private static (Unary<T> Forward, GoldenBackwardPass<T> Backward) PassesOf(string file, GoldenCase @case)
    {
        double slope = @case.Number("negative_slope", 0);
        double alpha = @case.Number("alpha", 0);
        double beta = @case.Number("beta", 0);
        return file switch
        {
            "sigmoid" => (Sigmoid.Forward, (_, y, g, gradInput) => Sigmoid.Backward(y, g, gradInput)),
            "tanh" => (Tanh.Forward, (_, y, g, gradInput) => Tanh.Backward(y, g, gradInput)),
            "relu" => (ReLU.Forward, (_, y, g, gradInput) => ReLU.Backward(y, g, gradInput)),
            "softmax" => (Softmax.Forward, (_, y, g, gradInput) => Softmax.Backward(y, g, gradInput)),
            "log_softmax" => (LogSoftmax.Forward, (_, y, g, gradInput) => LogSoftmax.Backward(y, g, gradInput)),
            "silu" => (SiLU.Forward, (x, _, g, gradInput) => SiLU.Backward(x, g, gradInput)),
            "leaky_relu" => ((x, y) => LeakyReLU.Forward(x, y, slope), (_, y, g, gradInput) => LeakyReLU.Backward(y, g, gradInput, slope)),
            "elu" => ((x, y) => Elu.Forward(x, y, alpha), (_, y, g, gradInput) => Elu.Backward(y, g, gradInput, alpha)),
            "softplus" => ((x, y) => Softplus.Forward(x, y, beta), (_, y, g, gradInput) => Softplus.Backward(y, g, gradInput, beta)),
            "gelu" when @case.Text("approximate") == "none" => (Gelu.Forward, (x, _, g, gradInput) => Gelu.Backward(x, g, gradInput)),
            "gelu" => (GeluTanh.Forward, (x, _, g, gradInput) => GeluTanh.Backward(x, g, gradInput)),
            _ => throw new ArgumentOutOfRangeException(nameof(file), file, "No such function."),
        };
    }

    private static void AssertClose(string file, GoldenCase @case, string what, GoldenTensor expected, ReadOnlyTensorView<T> actual) =>
        @case.AssertClose(what, expected, actual, typeof(T) == typeof(float) ? Tolerance.OfSinglePrecision : ToleranceOf(file, @case));

    /// <summary>PyTorch returns x itself above a threshold of 20, where softplus is off by e⁻²⁰ and its derivative too: the library has the function itself.</summary>
    private static Tolerance ToleranceOf(string file, GoldenCase @case) => file == "softplus" && @case.Number("threshold", 0) == 20
        ? new(@case.Tolerance.Relative, Math.Exp(-20))
        : @case.Tolerance;

    [Fact]
    public void The_number_of_cases_that_run_is_known() => Assert.Equal(typeof(T) == typeof(float) ? 100 : 116, ActivationCases.Count);

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
