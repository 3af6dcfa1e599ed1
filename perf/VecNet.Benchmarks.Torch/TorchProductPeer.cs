using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch's products, by MKL.</summary>
internal static class TorchProductPeer
{
    /// <summary>The inference mode lasts as long as the process.</summary>
    internal static Peer Create()
    {
        Peer peer = Torch.CreatePeer((ProductRow row) => row.Precision == Precision.Float32 ? Prepare<float>(row) : Prepare<double>(row));
        inference_mode();
        return peer;
    }

    /// <summary>
    /// <c>addmm_</c> with beta = 0 into a tensor that exists: TorchSharp has no <c>mm</c> with an <c>out</c>, and like it this becomes one
    /// call of MKL that overwrites C. A transposed operand is a view.
    /// </summary>
    private static PreparedRow Prepare<T>(ProductRow row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var operands = new ProductOperands<T>(row);
        DisposeScope tensors = NewDisposeScope();
        Tensor storedA = Torch.Copy(operands.Memory.A).narrow(1, 0, row.StoredA.Columns);
        Tensor storedB = Torch.Copy(operands.Memory.B).narrow(1, 0, row.StoredB.Columns);
        Tensor a = row.Orientation == Orientation.TransposeA ? storedA.t() : storedA;
        Tensor b = row.Orientation == Orientation.TransposeB ? storedB.t() : storedB;
        Tensor c = Torch.Copy(operands.Memory.C).narrow(1, 0, row.N);
        return new(Multiply, Results) { Release = tensors.Dispose };

        void Multiply(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                c.addmm_(a, b, beta: 0);
            }
        }

        Array[] Results()
        {
            c.fill_(double.NaN);
            Multiply(1);
            return [Torch.Elements<T>(c)];
        }
    }
}
