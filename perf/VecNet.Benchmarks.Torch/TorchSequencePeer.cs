using TorchSharp;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch's attention, recurrent layers and convolution, and transformers of its functions, as nanoGPT has them.</summary>
/// <remarks>
/// Tensors are batch × length × features, of a recurrent layer length × batch × features and of a convolution batch × channels × length,
/// as libtorch's functions want them.
/// </remarks>
internal sealed class TorchSequencePeer
{
    private readonly SequenceRow row;
    private readonly SequenceProblem problem;
    private readonly Dictionary<string, Parameter> parameters = [];
    private readonly Tensor[] first;
    private readonly LSTM? lstm;
    private readonly GRU? gru;
    private readonly TorchSharp.Modules.Embedding? embedding;
    private readonly Tensor input;
    private readonly Tensor gradOutput;
    private readonly Tensor targets;
    private readonly Tensor? mask;
    private readonly Tensor? weightsOfTokens;
    private optim.Optimizer? optimizer;

    private TorchSequencePeer(SequenceRow row)
    {
        this.row = row;
        problem = new(row);
        targets = Torch.Indices(problem.Targets);
        input = row.HasLoss
            ? Torch.Indices(PaddedTokens()).reshape(row.Batch, row.Length)
            : Arranged(problem.Input).requires_grad_(row.Pass != Pass.Forward);
        gradOutput = row.HasLoss ? targets : Arranged(problem.GradOutput);
        if (row.IsRagged)
        {
            // −∞ where a key is padding.
            using Tensor position = arange(row.Length).reshape(1, row.Length);
            using Tensor length = tensor([.. row.Lengths.Select(rows => (long)rows)]).reshape(row.Batch, 1);
            using Tensor isToken = position < length;
            weightsOfTokens = (isToken / length.to(ScalarType.Float32)).reshape(row.Batch, row.Length, 1);
            mask = zeros(row.Batch, row.Length).masked_fill(position >= length, double.NegativeInfinity)
                .reshape(row.Batch, 1, 1, row.Length);
        }

        IReadOnlyList<SafetensorsTensor> tensors = SequenceProblem.TensorsOf(SequenceProblem.CreateNetwork(row));
        first = [.. tensors.Select(from => tensor(SequenceProblem.ElementsOf(from)).reshape([.. from.Shape]))];
        lstm = row.Model == SequenceModel.Lstm ? nn.LSTM(row.Width, row.Width) : null;
        gru = row.Model == SequenceModel.Gru ? nn.GRU(row.Width, row.Width) : null;
        embedding = row.HasLoss ? nn.Embedding(row.Vocabulary, row.Width) : null;
        Parameter[] ofModule = [.. lstm?.parameters() ?? gru?.parameters() ?? embedding?.parameters() ?? []];
        for (int i = 0; i < first.Length; i++)
        {
            parameters[tensors[i].Name] = i < ofModule.Length ? ofModule[i] : new Parameter(first[i].clone());
        }

        Reset();
    }

    internal static Peer Create() => Torch.CreatePeer((SequenceRow row) =>
        row.Model == SequenceModel.Attention ? TorchAttention.Prepare(row) : Prepare(row));

    private static PreparedRow Prepare(SequenceRow row)
    {
        DisposeScope tensors = NewDisposeScope();
        var peer = new TorchSequencePeer(row);
        PreparedRow prepared = row.Pass == Pass.Forward
            ? new(PreparedRow.Repeated(peer.Infer), peer.Inferred)
            : new(PreparedRow.Repeated(() => peer.Step()), peer.Trained) { Reset = peer.Reset };
        return prepared with
        {
            Release = () =>
            {
                peer.lstm?.Dispose();
                peer.gru?.Dispose();
                peer.embedding?.Dispose();
                peer.optimizer?.Dispose();
                tensors.Dispose();
            },
        };
    }

    private void Reset()
    {
        using IDisposable noGradients = no_grad();
        foreach ((Parameter parameter, Tensor value) in parameters.Values.Zip(first))
        {
            parameter.copy_(value);
        }

        optimizer?.Dispose();
        optimizer = row.HasLoss
            ? optim.AdamW(parameters.Values, problem.LearningRate, weight_decay: SequenceProblem.WeightDecay)
            : optim.SGD(parameters.Values, problem.LearningRate);
    }

    private void Infer()
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Apply();
    }

    private Array[] Inferred()
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        return [Packed(Apply())];
    }

    private Array[] Trained()
    {
        if (row.HasLoss)
        {
            return [.. Enumerable.Range(0, SequenceProblem.ComparedSteps).Select(_ => new[] { Step(reads: true) })];
        }

        float[] output = Inferred()[0] as float[] ?? [];
        Step();
        return [output, Packed(input.grad!), .. parameters.Values.Select(Torch.Elements<float>)];
    }

    /// <summary>The loss is read only where it is compared.</summary>
    private float Step(bool reads = false)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer!.zero_grad();
        Tensor y = Apply();
        if (!row.HasLoss)
        {
            input.grad = null;
            y.backward([gradOutput]);
            optimizer.step();
            return 0;
        }

        Tensor loss = F.cross_entropy(y.reshape(-1, row.OutputFeatures), targets);
        loss.backward();
        optimizer.step();
        return reads ? loss.item<float>() : 0;
    }

    private Tensor Apply()
    {
        Tensor x = input;
        switch (row.Model)
        {
            case SequenceModel.Lstm:
                return lstm!.forward(x).Item1;
            case SequenceModel.Gru:
                return gru!.forward(x).Item1;
            case SequenceModel.Conv1d:
                return F.conv1d(x, parameters["0.weight"], parameters["0.bias"], padding: row.KernelSize / 2);
            case SequenceModel.Gpt:
                x = embedding!.forward(x) + parameters["1.weight"];
                for (int layer = 2; layer < row.Layers + 2; layer++)
                {
                    x = Block(x, $"{layer}");
                }

                return Linear(Norm(x, $"{row.Layers + 2}"), $"{row.Layers + 3}");
            case SequenceModel.Encoder or SequenceModel.RaggedEncoder:
                x = Norm(embedding!.forward(x) + parameters["1.weight"], "2");
                for (int layer = 3; layer < row.Layers + 3; layer++)
                {
                    x = Norm(x + Attend(x, $"{layer}.self_attn"), $"{layer}.norm1");
                    x = Norm(x + Linear(F.gelu(Linear(x, $"{layer}.linear1")), $"{layer}.linear2"), $"{layer}.norm2");
                }

                x = weightsOfTokens is null ? x.mean([1]) : (x * weightsOfTokens).sum(1);
                return Linear(x, $"{row.Layers + 4}");
            default:
                return Block(x, "0");
        }
    }

    private Tensor Block(Tensor x, string name)
    {
        x = x + Attend(Norm(x, $"{name}.norm1"), $"{name}.self_attn");
        return x + Linear(F.gelu(Linear(Norm(x, $"{name}.norm2"), $"{name}.linear1")), $"{name}.linear2");
    }

    private Tensor Attend(Tensor x, string name)
    {
        Tensor[] qkv = Linear(x, $"{name}.in_proj").split(row.Width, dim: 2);
        Tensor OfHeads(Tensor part) => part.view(row.Batch, row.Length, row.Heads, -1).transpose(1, 2);
        Tensor y = F.scaled_dot_product_attention(
            OfHeads(qkv[0]), OfHeads(qkv[1]), OfHeads(qkv[2]), mask, is_casual: row.IsCausal);
        return Linear(y.transpose(1, 2).reshape(row.Batch, row.Length, row.Width), $"{name}.out_proj");
    }

    private Tensor Norm(Tensor x, string name) =>
        F.layer_norm(x, [row.Width], parameters[$"{name}.weight"], parameters[$"{name}.bias"], LayerNorm.DefaultEpsilon);

    private Tensor Linear(Tensor x, string name) => F.linear(x, parameters[$"{name}.weight"], parameters[$"{name}.bias"]);

    /// <summary>The tokens of all texts, with zeros where there is padding.</summary>
    private int[] PaddedTokens()
    {
        int[] padded = new int[row.Batch * row.Length];
        for (int text = 0; text < row.Batch; text++)
        {
            problem.Tokens[problem.Offsets[text]..problem.Offsets[text + 1]].CopyTo(padded, text * row.Length);
        }

        return padded;
    }

    /// <summary>The rows of all sequences as the model's tensor, with zeros where there is padding.</summary>
    private Tensor Arranged(TensorBuffer<float> packed)
    {
        using Tensor rows = Torch.Copy(packed);
        using Tensor padded = zeros(row.Batch, row.Length, packed.Columns);
        for (int sequence = 0; sequence < row.Batch; sequence++)
        {
            (int start, int end) = (problem.Offsets[sequence], problem.Offsets[sequence + 1]);
            padded[sequence].narrow(0, 0, end - start).copy_(rows.narrow(0, start, end - start));
        }

        return Permuted(padded).contiguous();
    }

    /// <summary>The rows of all sequences of a tensor of the model.</summary>
    private float[] Packed(Tensor arranged)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor padded = Permuted(arranged.detach());
        return Torch.Elements<float>(cat([.. row.Lengths.Select((length, sequence) => padded[sequence].narrow(0, 0, length))], 0));
    }

    /// <summary>Exchanges the dimensions that this model has in another order; twice, they are as before.</summary>
    private Tensor Permuted(Tensor x) => row.IsRecurrent ? x.transpose(0, 1) : row.Model == SequenceModel.Conv1d ? x.transpose(1, 2) : x;
}
