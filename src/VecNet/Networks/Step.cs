using System.Numerics;

namespace VecNet;

/// <summary>A named matrix of a pass, batch × features.</summary>
internal sealed record NetworkBuffer(string Name, int Features);

/// <summary>One layer at its place in a network: which buffers it reads and writes, and where its parameters and state lie.</summary>
internal sealed record Step<T>(ILayer<T> Layer, int Input, int Output, Slot[] Parameters, Slot[] State, int[] Saved, int[] Scratch, InnerLayer<T>[] Inner)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Steps that are computed together: one alone, or a fully connected layer and the activation that follows it.</summary>
internal sealed record StepGroup<T>(int First, int Last, Activation<T>? Activation)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
