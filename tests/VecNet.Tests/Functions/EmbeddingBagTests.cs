using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values of bags of vectors, and the layer.</summary>
public abstract class EmbeddingBagTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string File = "sequences/embedding_bag";

    public static TheoryData<string> Cases => GoldenFile.Load(File).CasesFor<T>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bag_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(File).Case(name);
        TensorBuffer<T> table = @case.Inputs["weight"].ToBuffer<T>();
        (int[] indices, int[] offsets) = (@case.Inputs["indices"].Indices(), @case.Inputs["offsets"].Indices());
        bool isWeighted = @case.Inputs.TryGetValue("per_sample_weights", out GoldenTensor? given);
        TensorView<T> weights = isWeighted ? given!.ToBuffer<T>().View : default;
        PoolingMode mode = Enum.Parse<PoolingMode>(@case.Text("mode"), ignoreCase: true);
        int? padding = @case.Number("padding_idx", -1) is var index && index < 0 ? null : (int)index;
        var y = new TensorBuffer<T>(offsets.Length - 1, table.Columns);
        EmbeddingBag.Forward(indices, new(offsets), weights, table.View, y.View, mode, padding);
        @case.AssertOutput<T>("y", y.View);
        var gradTable = new TensorBuffer<T>(table.Rows, table.Columns);
        var gradWeights = new TensorBuffer<T>(1, indices.Length);
        EmbeddingBag.Backward(
            indices, new(offsets), weights, table.View, @case.Upstream["y"].ToBuffer<T>().View, gradTable.View, gradWeights.View, mode,
            padding);
        @case.AssertGradient<T>("weight", gradTable.View);
        if (isWeighted)
        {
            @case.AssertGradient<T>("per_sample_weights", gradWeights.View);
            return;
        }

        // The layer, with a dense gradient and with a sparse one, on integers and on numbers.
        foreach (bool sparse in (bool[])[false, true])
        {
            var network = new NeuralNetwork<T>(1, [new EmbeddingBag<T>(table.Rows, table.Columns, mode, padding, sparse)]);
            table.View.CopyTo(network.GetParameters(0)[0]);
            Workspace<T> workspace = network.CreateTrainingWorkspace(indices.Length, sequences: offsets.Length - 1);
            @case.AssertOutput("y", network.Forward(indices, new(offsets), workspace));
            @case.Upstream["y"].ToBuffer<T>().View.CopyTo(workspace.GradOutput);
            network.Backward(workspace.GradOutput, workspace);
            @case.AssertGradient<T>("weight", network.GetGradients(0)[0]);
            TensorBuffer<T> numbers = @case.Inputs["indices"].ToBuffer<T>();
            var column = new TensorView<T>(numbers.Span, indices.Length, 1);
            @case.AssertOutput("y", network.Forward(column, new(offsets), workspace));
            network.Backward(column, workspace.GradOutput, workspace);
            @case.AssertGradient<T>("weight", network.GetGradients(0)[0]);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        T[] table = new T[6], output = new T[4], weights = new T[2];
        void Forward(int[] indices, int[] offsets, PoolingMode mode, int? padding = null, bool weighted = false) => EmbeddingBag.Forward(
            indices, new(offsets), weighted ? new ReadOnlyTensorView<T>(weights, 1, 2) : default, new ReadOnlyTensorView<T>(table, 3, 2),
            new TensorView<T>(output, 2, 2), mode, padding);
        Forward([0, 2], [0, 1, 2], PoolingMode.Sum, 1, weighted: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => Forward([0, 3], [0, 1, 2], PoolingMode.Sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => Forward([0, -1], [0, 1, 2], PoolingMode.Sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => Forward([0, 2], [0, 1, 2], PoolingMode.Sum, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Forward([0, 2], [0, 1, 2], PoolingMode.Max));
        Assert.Throws<ArgumentException>("weights", () => Forward([0, 2], [0, 1, 2], PoolingMode.Mean, weighted: true));
        Assert.Throws<ArgumentException>("indices", () => Forward([0, 2, 1], [0, 1, 2], PoolingMode.Mean));
        Assert.Throws<ArgumentException>("output", () => Forward([0, 2], [0, 2], PoolingMode.Mean));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingBag<T>(3, 2, PoolingMode.Last));
        Assert.Throws<ArgumentException>(
            () => new NeuralNetwork<T>(1, [new SequencePooling<T>(PoolingMode.Mean), new EmbeddingBag<T>(3, 2)]));
    }
}

public sealed class EmbeddingBagFloatTests : EmbeddingBagTests<float>;

public sealed class EmbeddingBagDoubleTests : EmbeddingBagTests<double>;
