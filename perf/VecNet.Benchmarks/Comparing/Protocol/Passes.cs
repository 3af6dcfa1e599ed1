namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>What is computed of a network.</summary>
public enum Passes
{
    /// <summary>The output: inference.</summary>
    Forward,

    /// <summary>Output, loss, and the gradients of all weights and biases.</summary>
    ForwardBackward,

    /// <summary>Output, loss, gradients, and the update of all weights and biases: a training step.</summary>
    Step,
}
