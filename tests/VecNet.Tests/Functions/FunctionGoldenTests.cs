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
            foreach (string file in new[] { "sigmoid", "tanh", "relu", "gelu", "softmax", "log_softmax" })
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
        switch (file)
        {
            case "sigmoid": Sigmoid.Forward(x.View, y.View); break;
            case "tanh": Tanh.Forward(x.View, y.View); break;
            case "relu": ReLU.Forward(x.View, y.View); break;
            case "gelu" when IsByTanh(@case): GeluTanh.Forward(x.View, y.View); break;
            case "gelu": Gelu.Forward(x.View, y.View); break;
            case "log_softmax": LogSoftmax.Forward(x.View, y.View); break;
            default: Softmax.Forward(x.View, y.View); break;
        }

        @case.AssertOutput("y", y.View.AsReadOnly());
        if (@case.Gradients.Count == 0)
        {
            return;
        }

        TensorBuffer<T> upstream = @case.Upstream["y"].ToBuffer<T>();
        TensorBuffer<T> gradInput = Poisoned(x.Rows, x.Columns);
        switch (file)
        {
            case "sigmoid": Sigmoid.Backward(y.View, upstream.View, gradInput.View); break;
            case "tanh": Tanh.Backward(y.View, upstream.View, gradInput.View); break;
            case "relu": ReLU.Backward(y.View, upstream.View, gradInput.View); break;
            case "gelu" when IsByTanh(@case): GeluTanh.Backward(x.View, upstream.View, gradInput.View); break;
            case "gelu": Gelu.Backward(x.View, upstream.View, gradInput.View); break;
            case "log_softmax": LogSoftmax.Backward(y.View, upstream.View, gradInput.View); break;
            default: Softmax.Backward(y.View, upstream.View, gradInput.View); break;
        }

        @case.AssertGradient("x", gradInput.View.AsReadOnly());
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

    private static bool IsByTanh(GoldenCase @case) => @case.Name.EndsWith("approximate_tanh", StringComparison.Ordinal);

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
