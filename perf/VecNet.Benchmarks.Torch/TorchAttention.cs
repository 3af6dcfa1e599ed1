using TorchSharp;
using F = TorchSharp.torch.nn.functional;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch's scaled_dot_product_attention, with queries, keys and values that are views of one tensor.</summary>
internal static class TorchAttention
{
    internal static PreparedRow Prepare(SequenceRow row)
    {
        var problem = new SequenceProblem(row);
        DisposeScope tensors = NewDisposeScope();
        bool isForward = row.Pass == Pass.Forward;
        Tensor packed = Torch.Copy(problem.Input).reshape(row.Batch, row.Length, 3, row.Heads, SequenceRow.HeadFeatures);
        Tensor[] qkv = [.. Enumerable.Range(0, 3).Select(part => packed.select(2, part).transpose(1, 2).requires_grad_(!isForward))];
        Tensor gradOutput = Torch.Copy(problem.GradOutput)
            .reshape(row.Batch, row.Length, row.Heads, SequenceRow.HeadFeatures).transpose(1, 2);
        return new(Run, Results) { Release = tensors.Dispose };

        Tensor Apply() => F.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], is_casual: row.IsCausal);

        void Run(int calls)
        {
            using IDisposable? inference = isForward ? inference_mode() : null;
            for (int call = 0; call < calls; call++)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor y = Apply();
                if (!isForward)
                {
                    autograd.grad([y], qkv, [gradOutput]);
                }
            }
        }

        Array[] Results()
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor y = Apply();
            float[] output = Torch.Elements<float>(y.transpose(1, 2));
            if (isForward)
            {
                return [output];
            }

            IList<Tensor> gradients = autograd.grad([y], qkv, [gradOutput]);
            return [output, Torch.Elements<float>(stack([.. gradients.Select(gradient => gradient.transpose(1, 2))], 2))];
        }
    }
}
