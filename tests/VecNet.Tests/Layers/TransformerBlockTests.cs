using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of a transformer's layer.</summary>
public abstract class TransformerBlockTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/transformer_encoder_layer";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_block_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>();
        int[] offsets = @case.Inputs["offsets"].Indices();
        var network = new NeuralNetwork<T>(
            x.Columns,
            [
                new TransformerBlock<T>(
                    @case.WholeNumber("heads"), @case.Inputs["W1"].Columns, normalizesFirst: @case.Text("norm") == "pre",
                    @case.Flag("causal"), approximatesGelu: @case.Text("gelu") == "tanh", epsilon: @case.Number("eps")),
            ]);
        SlotViews<T> parameters = network.GetParameters(0);
        for (int i = 0; i < parameters.Count; i++)
        {
            string[] parts = GoldenTransformer.PartsOf(parameters.GetName(i));
            int width = parameters[i].Columns / parts.Length;
            for (int part = 0; part < parts.Length; part++)
            {
                @case.Inputs[parts[part]].ToBuffer<T>().View.CopyTo(parameters[i].SliceColumns(part * width, width));
            }
        }

        Workspace<T> workspace = network.CreateTrainingWorkspace(x.Rows, inputGradient: true, sequences: offsets.Length - 1);
        @case.AssertOutput("y", network.Forward(x.View, new(offsets), workspace));
        network.Backward(x.View, @case.Upstream["y"].ToBuffer<T>().View, workspace);
        @case.AssertGradient<T>("x", workspace.GradInput);
        SlotViews<T> gradients = network.GetGradients(0);
        for (int i = 0; i < gradients.Count; i++)
        {
            string[] parts = GoldenTransformer.PartsOf(gradients.GetName(i));
            int width = gradients[i].Columns / parts.Length;
            for (int part = 0; part < parts.Length; part++)
            {
                @case.AssertGradient<T>(parts[part], gradients[i].SliceColumns(part * width, width));
            }
        }
    }
}

public sealed class TransformerBlockFloatTests : TransformerBlockTests<float>;

public sealed class TransformerBlockDoubleTests : TransformerBlockTests<double>;
