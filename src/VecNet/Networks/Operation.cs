using System.Numerics;

namespace VecNet;

/// <summary>A part of a pass, tied to the memory of one network and one workspace.</summary>
/// <remarks>Only the first operation reads the pass's own input, and only the last the gradient of its output; the others know where their operands lie.</remarks>
internal abstract class Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Its layers, each with its number.</summary>
    internal abstract string Name { get; }

    /// <summary>The arithmetic of its matrix products, and what it reads and writes at least, for a batch.</summary>
    internal abstract (long Flops, long Bytes) Cost(int batch, bool isBackward);

    internal abstract void Forward(in ReadOnlyTensorView<T> input, int batch, int threads, SplitMix64? random);

    /// <param name="input">The input of the forward pass.</param>
    /// <param name="gradOutput">∂L/∂output of the network.</param>
    /// <param name="batch">Rows of the forward pass.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="accumulate">Whether gradients of parameters are added to what is there.</param>
    /// <param name="update">What changes the parameters at once, in place of writing their gradients; or null.</param>
    internal abstract void Backward(
        in ReadOnlyTensorView<T> input, in ReadOnlyTensorView<T> gradOutput, int batch, int threads, bool accumulate, ParameterUpdate<T>? update);
}
