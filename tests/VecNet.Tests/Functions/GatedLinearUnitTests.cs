using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of gated units, alone and in feed-forward networks.</summary>
public abstract class GatedLinearUnitTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Units = "sequences/glu";
    private const string Networks = "sequences/gated_feed_forward";

    public static TheoryData<string> UnitCases => GoldenFile.Load(Units).CasesFor<T>();

    public static TheoryData<string> NetworkCases => GoldenFile.Load(Networks).CasesFor<T>();

    [Theory]
    [MemberData(nameof(UnitCases))]
    public void Gated_units_equal_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(Units).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        var y = new TensorBuffer<T>(x.Rows, x.Columns / 2);
        GatedLinearUnit.Forward(x.View, y.View);
        @case.AssertOutput<T>("y", y.View);
        var gradInput = new TensorBuffer<T>(x.Rows, x.Columns);
        GatedLinearUnit.Backward(x.View, @case.Upstream["y"].ToBuffer<T>().View, gradInput.View);
        @case.AssertGradient<T>("x", gradInput.View);
    }

    /// <summary>A network without biases has biases of 0 here, whose gradients PyTorch does not have.</summary>
    [Theory]
    [MemberData(nameof(NetworkCases))]
    public void A_gated_feed_forward_network_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(Networks).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        int hidden = @case.Inputs["W_up"].Columns;
        GateFunction gate = @case.Text("kind") switch
        {
            "swiglu" => GateFunction.SiLU,
            "glu" => GateFunction.Sigmoid,
            "geglu" => GateFunction.GELU,
            "geglu_tanh" => GateFunction.GELUTanh,
            "reglu" => GateFunction.ReLU,
            _ => GateFunction.Identity,
        };
        var network = new NeuralNetwork<T>(x.Columns, [new GatedFeedForward<T>(hidden, gate)]);
        SlotViews<T> parameters = network.GetParameters(0), gradients = network.GetGradients(0);
        for (int i = 0; i < parameters.Count; i++)
        {
            string[] parts = PartsOf(parameters.GetName(i));
            for (int part = 0; part < parts.Length && @case.Inputs.ContainsKey(parts[part]); part++)
            {
                @case.Inputs[parts[part]].ToBuffer<T>().View.CopyTo(Part(parameters[i], part, parts));
            }
        }

        Workspace<T> workspace = network.CreateTrainingWorkspace(x.Rows, inputGradient: true);
        @case.AssertOutput("y", network.Forward(x.View, workspace));
        network.Backward(x.View, @case.Upstream["y"].ToBuffer<T>().View, workspace);
        @case.AssertGradient<T>("x", workspace.GradInput);
        for (int i = 0; i < gradients.Count; i++)
        {
            string[] parts = PartsOf(gradients.GetName(i));
            for (int part = 0; part < parts.Length && @case.Inputs.ContainsKey(parts[part]); part++)
            {
                @case.AssertGradient<T>(parts[part], Part(gradients[i], part, parts));
            }
        }

        static TensorView<T> Part(TensorView<T> view, int part, string[] parts) =>
            view.SliceColumns(part * (view.Columns / parts.Length), view.Columns / parts.Length);
    }

    [Fact]
    public void An_input_without_halves_and_an_unknown_gate_are_refused()
    {
        T[] x = [T.One, T.One, T.One], y = [T.Zero];
        Assert.Contains(
            "3 columns",
            Assert.Throws<ArgumentException>("input", () => GatedLinearUnit.Forward<T>(x, y.AsView())).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("gate", () => GatedLinearUnit.Forward<T>(x, y.AsView(), (GateFunction)9));
        Assert.Throws<ArgumentOutOfRangeException>("gate", () => new GatedFeedForward<T>(2, (GateFunction)9));
        Assert.Throws<ArgumentOutOfRangeException>("hiddenFeatures", () => new GatedFeedForward<T>(0));
        Assert.Equal(T.Zero, y[0]);
    }

    /// <summary>The inputs of the case that are side by side in a parameter.</summary>
    private static string[] PartsOf(string parameter) => parameter switch
    {
        "in_proj.weight" => ["W_up", "W_gate"],
        "in_proj.bias" => ["b_up", "b_gate"],
        "out_proj.weight" => ["W_down"],
        "out_proj.bias" => ["b_down"],
        _ => throw new InvalidOperationException($"Unknown parameter {parameter}."),
    };
}

public sealed class GatedLinearUnitFloatTests : GatedLinearUnitTests<float>;

public sealed class GatedLinearUnitDoubleTests : GatedLinearUnitTests<double>;
