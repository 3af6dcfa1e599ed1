using TorchSharp;
using VecNet.Benchmarks.Comparing.Protocol;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch's embedding, with a dense or a sparse gradient, and TorchSharp's plain gradient descent.</summary>
internal sealed class TorchEmbedding : IPreparedLayer
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly LayerRow row;
    private readonly TorchSharp.Modules.Embedding embedding;
    private readonly optim.Optimizer optimizer;
    private readonly Tensor indices;
    private readonly Tensor gradOutput;
    private readonly Tensor y;
    private Tensor? latest;

    internal TorchEmbedding(LayerRow row, LayerOperands operands)
    {
        this.row = row;
        embedding = nn.Embedding(LayerRow.Entries, LayerRow.Dimension, sparse: row.Kind == LayerKind.SparseEmbedding);
        using (no_grad())
        {
            embedding.weight!.copy_(TorchLayerPeer.Copy(operands.Table));
        }

        optimizer = optim.SGD(embedding.parameters(), LayerRow.LearningRate);
        indices = tensor([.. operands.Indices.Select(index => (long)index)]).reshape(row.Rows, row.Columns);
        gradOutput = TorchLayerPeer.Copy(operands.GradOutput).reshape(row.Rows, row.Columns, LayerRow.Dimension);
        y = embedding.forward(indices);
    }

    public void Run(int calls)
    {
        using IDisposable? inference = row.Pass == LayerPass.Forward ? inference_mode() : null;
        for (int call = 0; call < calls; call++)
        {
            switch (row.Pass)
            {
                case LayerPass.Forward:
                    latest?.Dispose();
                    latest = embedding.forward(indices);
                    break;
                case LayerPass.Backward:
                    latest?.Dispose();
                    latest = autograd.grad([y], [embedding.weight!], [gradOutput], retain_graph: true)[0];
                    break;
                default:
                    optimizer.zero_grad();
                    y.backward([gradOutput], retain_graph: true);
                    optimizer.step();
                    break;
            }
        }
    }

    public float[][] Results() => [TorchLayerPeer.Elements(row.Pass == LayerPass.Step ? embedding.weight! : latest!)];

    public void Dispose()
    {
        optimizer.Dispose();
        embedding.Dispose();
        scope.Dispose();
    }
}
