using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Measuring;

namespace VecNet.Benchmarks.Variants;

/// <summary>One way to compute a network's forward and backward pass.</summary>
internal abstract class NetworkVariant
{
    /// <summary>Inference; returns the first output, so that it cannot be left out.</summary>
    internal abstract float Forward();

    /// <summary>Output and gradients; returns the loss.</summary>
    internal abstract float ForwardBackward();

    internal float Run(Passes passes) => passes == Passes.Forward ? Forward() : ForwardBackward();

    /// <summary>The results of the latest pass by name: the output, and of each layer the gradients of weights and biases.</summary>
    internal abstract IEnumerable<(string Name, float[] Values)> Results();

    /// <summary>Throws unless a pass gives what <paramref name="other"/>'s latest forward and backward pass gave.</summary>
    internal void CheckAgainst(NetworkVariant other)
    {
        Agreement.Check("loss", [ForwardBackward()], [other.ForwardBackward()], 1e-4);
        Agreement.Check("first output", [Forward()], [other.Forward()], 1e-4);
        foreach (((string name, float[] actual), (_, float[] expected)) in Results().Zip(other.Results()))
        {
            Agreement.Check($"{GetType().Name}, {name}", actual, expected, 1e-4);
        }
    }
}
