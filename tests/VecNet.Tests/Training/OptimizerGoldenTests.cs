using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's optimizer trajectories, and its trainings of whole networks.</summary>
public abstract class OptimizerGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (OptimizerEntry<T> entry in OperationCatalog<T>.Optimizers.Where(entry => entry.Golden.File is not null))
            {
                foreach (TheoryDataRow<string> row in (IEnumerable<TheoryDataRow<string>>)GoldenFile.Load(entry.Golden.File!).CasesFor<T>())
                {
                    rows.Add(entry.Name, row.Data);
                }
            }

            return rows;
        }
    }

    /// <summary>
    /// The given gradients are fed as they are; those of a quadratic are computed at the current parameters, so that an error would grow.
    /// In float the quadratic's gradient is computed in float as well.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Trajectory_equals_PyTorch(string optimizerAndForm, string name)
    {
        OptimizerEntry<T> entry = EveryOptimizer<T>.All[optimizerAndForm];
        GoldenCase @case = GoldenFile.Load(entry.Golden.File!).Case(name);
        TensorBuffer<T> parameters = @case.Inputs["w0"].ToBuffer<T>();
        Optimizer<T> optimizer = entry.Make(@case.Number("lr"), new GoldenOptions<T>(@case, entry.Options));
        GoldenTensor expected = @case.Outputs["trajectory"];
        var trajectory = new TensorBuffer<T>(expected.Rows, expected.Columns);
        var gradients = new TensorBuffer<T>(expected.Rows, expected.Columns);
        for (int step = 0; step < expected.Rows; step++)
        {
            Gradient(@case, step, parameters, gradients.View.SliceRows(step, 1));
            optimizer.Step(parameters.Span, gradients.View.Row(step));
            parameters.View.Row(0).CopyTo(trajectory.View.Row(step));
        }

        @case.AssertOutput("grads", gradients.View.AsReadOnly());
        @case.AssertOutput("trajectory", trajectory.View.AsReadOnly());
    }

    [Theory]
    [InlineData("xor_sgd")]
    [InlineData("ce_momentum")]
    public void Training_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("mlp_training").Case(name);
        var golden = new GoldenNetwork<T>(@case);
        var optimizer = new Sgd<T>(@case.Number("lr"), @case.Text("optimizer") == "momentum" ? 0.9 : 0);
        var history = new T[@case.WholeNumber("steps")];
        for (int step = 0; step < history.Length; step++)
        {
            history[step] = golden.Run();
            optimizer.Step(golden.Network.Parameters, golden.Network.Gradients);
        }

        @case.AssertOutput<T>("loss_history", history.AsView());
        for (int i = 0; i < golden.Network.Weights.Count; i++)
        {
            @case.AssertOutput($"final_W{i + 1}", golden.Network.Weights[i].AsReadOnly());
            @case.AssertOutput($"final_b{i + 1}", golden.Network.Biases[i].AsReadOnly());
        }
    }

    [Fact]
    public void The_number_of_cases_that_run_is_known() => Assert.Equal(typeof(T) == typeof(float) ? 35 : 42, Cases.Count);

    private static void Gradient(GoldenCase @case, int step, TensorBuffer<T> parameters, TensorView<T> gradient)
    {
        if (@case.Text("gradient") == "given")
        {
            @case.Inputs["g"].ToBuffer<T>().View.SliceRows(step, 1).CopyTo(gradient);
            return;
        }

        // f(w) = ½ (w − c)ᵀ A (w − c), A symmetric: ∇f = A (w − c).
        TensorBuffer<T> difference = @case.Inputs["c"].ToBuffer<T>();
        Elementwise.Subtract(parameters.View, difference.View, difference.View);
        MatMul.MultiplyTransposeB(difference.View, @case.Inputs["A"].ToBuffer<T>().View, gradient);
    }
}

public sealed class OptimizerFloatGoldenTests : OptimizerGoldenTests<float>;

public sealed class OptimizerDoubleGoldenTests : OptimizerGoldenTests<double>;
