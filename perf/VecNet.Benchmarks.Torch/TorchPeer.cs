using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using VecNet.Benchmarks.Comparing.Protocol;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch, which multiplies with MKL, as TorchSharp brings it to .NET.</summary>
internal sealed class TorchPeer : IProductPeer, IDisposable
{
    private readonly IDisposable inferenceMode;

    internal TorchPeer()
    {
        InitializeDeviceType(DeviceType.CPU);
        inferenceMode = inference_mode();
        Description = $"{__version__} (TorchSharp {typeof(Tensor).Assembly.GetName().Version!.ToString(3)})";
    }

    public string Description { get; }

    public void Dispose() => inferenceMode.Dispose();

    public IPreparedProduct Prepare<T>(ProductRow row, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        set_num_threads(row.Threads);
        return new PreparedProduct<T>(row, operands);
    }

    /// <summary>
    /// <c>addmm_</c> with beta = 0 into a tensor that exists: TorchSharp has no <c>mm</c> with an <c>out</c>, and like it this becomes one
    /// call of MKL that overwrites C. A transposed operand is a view.
    /// </summary>
    private sealed class PreparedProduct<T> : IPreparedProduct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Operands<T> operands;
        private readonly DisposeScope tensors = NewDisposeScope();
        private readonly Tensor a;
        private readonly Tensor b;
        private readonly Tensor c;
        private readonly Tensor memoryOfC;

        internal PreparedProduct(ProductRow row, Operands<T> operands)
        {
            this.operands = operands;
            Tensor storedA = Copy(operands.MemoryOfA).narrow(1, 0, row.StoredA.Columns);
            Tensor storedB = Copy(operands.MemoryOfB).narrow(1, 0, row.StoredB.Columns);
            a = row.Orientation == Orientation.TransposeA ? storedA.t() : storedA;
            b = row.Orientation == Orientation.TransposeB ? storedB.t() : storedB;
            memoryOfC = Copy(operands.MemoryOfC).fill_(double.NaN);
            c = memoryOfC.narrow(1, 0, row.N);
        }

        public void Multiply(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                c.addmm_(a, b, beta: 0);
            }
        }

        public void CopyResult() => memoryOfC.bytes.CopyTo(MemoryMarshal.AsBytes(operands.MemoryOfC.Span));

        public void Dispose() => tensors.Dispose();

        private static Tensor Copy(TensorBuffer<T> memory)
        {
            Tensor tensor = empty(memory.Rows, memory.Columns, typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64);
            MemoryMarshal.AsBytes(memory.Span).CopyTo(tensor.bytes);
            return tensor;
        }
    }
}
