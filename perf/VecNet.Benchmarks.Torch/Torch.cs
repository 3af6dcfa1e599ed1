using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VecNet.Benchmarks;

/// <summary>libtorch, as TorchSharp brings it to .NET.</summary>
internal static class Torch
{
    /// <summary>Loads libtorch and describes it; every row has its number of threads.</summary>
    internal static Peer CreatePeer<TRow>(Func<TRow, PreparedRow> prepare)
        where TRow : ComparedRow
    {
        InitializeDeviceType(DeviceType.CPU);
        string description = $"{__version__} (TorchSharp {typeof(Tensor).Assembly.GetName().Version!.ToString(3)})";
        return Peer.Of(description, (TRow row) =>
        {
            set_num_threads(row.Threads);
            return prepare(row);
        });
    }

    internal static Tensor Copy<T>(TensorBuffer<T> buffer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor tensor = empty(buffer.Rows, buffer.Columns, typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64);
        MemoryMarshal.AsBytes(buffer.Span).CopyTo(tensor.bytes);
        return tensor;
    }

    internal static Tensor Indices(IEnumerable<int> indices) => tensor([.. indices.Select(index => (long)index)]);

    internal static T[] Elements<T>(Tensor tensor)
        where T : unmanaged
    {
        using Tensor whole = tensor.detach().contiguous();
        return [.. whole.data<T>()];
    }
}
