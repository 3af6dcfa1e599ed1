using System.Numerics;

namespace VecNet;

/// <summary>The initialization of the weights of a fully connected layer. Biases start at zero.</summary>
public enum WeightInitialization
{
    /// <summary>
    /// The default: <see cref="HeNormal"/> if the next layer is a <see cref="ReLU{T}"/> or a similar activation (<see
    /// cref="LeakyReLU{T}"/>, <see cref="ELU{T}"/>, <see cref="GELU{T}"/>, <see cref="GELUTanh{T}"/>, <see cref="SiLU{T}"/>, <see
    /// cref="HardSwish{T}"/>, <see cref="Mish{T}"/>), which keeps about half of the variance; <see cref="XavierNormal"/> otherwise:
    /// before a sigmoid, tanh, softmax or normalization, before a custom layer, and if no activation follows.
    /// </summary>
    ByActivation,

    /// <summary>
    /// A normal distribution of mean 0 and variance 1. With more than about ten inputs, sums are so large that sigmoids saturate and losses
    /// overflow. Use it only to reproduce results of other programs that use it.
    /// </summary>
    StandardNormal,

    /// <summary>
    /// A uniform distribution in ±√(6 / (inputs + outputs)), which keeps the variance of a sigmoid or tanh network. Glorot and Bengio,
    /// 2010.
    /// </summary>
    XavierUniform,

    /// <summary>A normal distribution of mean 0 and variance 2 / (inputs + outputs). Glorot and Bengio, 2010.</summary>
    XavierNormal,

    /// <summary>A uniform distribution in ±√(6 / inputs), which keeps the variance of a ReLU network. He et al., 2015.</summary>
    HeUniform,

    /// <summary>A normal distribution of mean 0 and variance 2 / inputs. He et al., 2015.</summary>
    HeNormal,
}

/// <summary>Draws initial values.</summary>
internal static class WeightInitializationExtensions
{
    /// <summary>Fills an inputs × outputs matrix, row by row.</summary>
    internal static void Fill<T>(this WeightInitialization initialization, TensorView<T> weights, SplitMix64 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double inputs = weights.Rows;
        double outputs = weights.Columns;
        (bool normal, double scale) = initialization switch
        {
            WeightInitialization.StandardNormal => (true, 1.0),
            WeightInitialization.XavierUniform => (false, Math.Sqrt(6 / (inputs + outputs))),
            WeightInitialization.XavierNormal => (true, Math.Sqrt(2 / (inputs + outputs))),
            WeightInitialization.HeUniform => (false, Math.Sqrt(6 / inputs)),
            WeightInitialization.HeNormal => (true, Math.Sqrt(2 / inputs)),
            _ => throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "Unknown initialization."),
        };
        Fill(weights, normal, scale, random);
    }

    /// <summary>Fills a matrix with scale times standard normal numbers, or times numbers from a uniform distribution in ±1.</summary>
    internal static void Fill<T>(TensorView<T> weights, bool isNormal, double scale, SplitMix64 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(random);
        for (int row = 0; row < weights.Rows; row++)
        {
            foreach (ref T weight in weights.Row(row))
            {
                double value = isNormal ? random.NextNormal() : (2 * random.NextDouble()) - 1;
                weight = T.CreateTruncating(scale * value);
            }
        }
    }
}
