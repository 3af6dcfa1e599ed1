using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values and gradients of learned positions.</summary>
public abstract class PositionalEmbeddingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/positional_embedding";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Learned_positions_equal_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        TensorBuffer<T> x = @case.Inputs["x"].ToBuffer<T>(), table = @case.Inputs["P"].ToBuffer<T>();
        int[] offsets = @case.Inputs["offsets"].Indices();
        var network = new NeuralNetwork<T>(x.Columns, [new PositionalEmbedding<T>(table.Rows)]);
        table.View.CopyTo(network.GetParameters(0)[0]);
        Workspace<T> workspace = network.CreateTrainingWorkspace(x.Rows, inputGradient: true, sequences: offsets.Length - 1);
        @case.AssertOutput("y", network.Forward(x.View, new(offsets), workspace));
        network.Backward(x.View, @case.Upstream["y"].ToBuffer<T>().View, workspace);
        @case.AssertGradient<T>("x", workspace.GradInput);
        @case.AssertGradient<T>("P", network.GetGradients(0)[0]);
    }

    [Fact]
    public void A_sequence_that_is_longer_than_the_table_is_refused()
    {
        T[] y = [T.One, T.One, T.One];
        T[] x = [T.Zero, T.Zero, T.Zero];
        Assert.Contains(
            "Sequence 1 has 2 rows; there are 1 positions",
            Assert.Throws<ArgumentException>("sequences", () => PositionalEmbedding.Forward<T>(
                x.AsView(3, 1), new([0, 1, 3]), new T[1], y.AsView(3, 1))).Message,
            StringComparison.Ordinal);
        Assert.Equal([T.One, T.One, T.One], y);
    }
}

public sealed class PositionalEmbeddingFloatTests : PositionalEmbeddingTests<float>;

public sealed class PositionalEmbeddingDoubleTests : PositionalEmbeddingTests<double>;
