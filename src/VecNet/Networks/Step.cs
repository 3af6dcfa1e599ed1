using System.Numerics;

namespace VecNet;

/// <summary>A named matrix of a pass, batch × features.</summary>
internal sealed class NetworkBuffer(string name, int features)
{
    internal string Name => name;

    internal int Features => features;
}

/// <summary>One layer at its place in a network: which buffers it reads and writes, and where its parameters and state lie.</summary>
internal sealed class Step<T>(ILayer<T> layer, int input, int output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal ILayer<T> Layer => layer;

    internal int Input => input;

    internal int Output => output;

    internal required Slot[] Parameters { get; init; }

    internal required Slot[] State { get; init; }

    internal required int[] Saved { get; init; }

    internal required int[] Scratch { get; init; }

    internal required InnerLayer<T>[] Inner { get; init; }
}

/// <summary>Steps that are computed together: one alone, or a fully connected layer and the activation that follows it.</summary>
internal sealed class StepGroup<T>(int first, int last, Activation<T>? activation)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal int First => first;

    internal int Last => last;

    internal Activation<T>? Activation => activation;
}
