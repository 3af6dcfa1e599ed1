namespace VecNet.Cli;

/// <summary>All that decides how a network is built and trained.</summary>
internal sealed record Recipe
{
    /// <summary>Training takes several times as much memory as the parameters do, 4 bytes each.</summary>
    internal const int MostParameters = 100_000_000;

    /// <summary>Every row of a batch has a number for each unit, before and after its activation.</summary>
    internal const int MostHiddenUnits = 1_000_000;

    /// <summary>The widths of the hidden layers; each is followed by ReLU and dropout.</summary>
    internal int[] Hidden { get; init; } = [64];

    /// <summary>Of a hidden unit's output to be dropped.</summary>
    internal double Dropout { get; init; }

    /// <summary>How often each row is seen at most.</summary>
    internal int Epochs { get; init; }

    /// <summary>Rows of a step.</summary>
    internal int BatchSize { get; init; } = 32;

    /// <summary>The highest learning rate, see <see cref="LearningRateOf"/>.</summary>
    internal double LearningRate { get; init; } = 0.05;

    /// <summary>Of the optimiser.</summary>
    internal double Momentum { get; init; } = 0.9;

    /// <summary>Of the optimiser.</summary>
    internal double WeightDecay { get; init; }

    /// <summary>Of first weights, order of rows, dropout, and whatever else is random.</summary>
    internal ulong Seed { get; init; }

    /// <summary>Rises through five epochs, then falls along half a cosine: Loshchilov and Hutter, "SGDR", 2017, without restarts.</summary>
    internal double LearningRateOf(int epoch) =>
        LearningRate * Math.Min(1, (epoch + 1) / 5.0) * 0.5 * (1 + Math.Cos(Math.PI * epoch / Epochs));

    /// <summary>The layers; what has ReLU behind it starts as He et al. say.</summary>
    internal List<ILayer<float>> Layers(int classes)
    {
        List<ILayer<float>> layers = [];
        foreach (int width in Hidden)
        {
            layers.Add(new FullyConnectedLayer<float>(width, WeightInitialization.HeNormal));
            layers.Add(new ReLU<float>());
            if (Dropout > 0)
            {
                layers.Add(new Dropout<float>(Dropout));
            }
        }

        layers.Add(new FullyConnectedLayer<float>(classes, WeightInitialization.XavierNormal));
        return layers;
    }

    /// <summary>The network in words.</summary>
    internal string DescribeNetwork(int features, int classes) =>
        $"{string.Join(" → ", [features, .. Hidden, classes])}, ReLU{(Dropout > 0 ? $", dropout {Dropout}" : "")}; {ParameterCount(features, classes):N0} parameters";

    /// <summary>Refuses a network that no ordinary machine can train, before anything is made for it.</summary>
    /// <returns>The number of its parameters.</returns>
    /// <exception cref="UserErrorException">It is too large.</exception>
    internal long CheckSize(int features, int classes)
    {
        string option = $"--hidden {string.Join(' ', Hidden)}";
        Int128 parameters = ParameterCount(features, classes);
        if (parameters > MostParameters)
        {
            throw new UserErrorException($"{option} gives {parameters:N0} parameters; at most {MostParameters:N0} are trained.");
        }

        long units = Hidden.Sum(width => (long)width);
        if (units > MostHiddenUnits)
        {
            throw new UserErrorException($"{option} gives {units:N0} hidden units; at most {MostHiddenUnits:N0} are trained.");
        }

        return (long)parameters;
    }

    /// <summary>Of n inputs and m outputs, a layer has n·m weights and m biases.</summary>
    private Int128 ParameterCount(int features, int classes)
    {
        Int128 count = 0;
        Int128 inputs = features;
        foreach (int width in (int[])[.. Hidden, classes])
        {
            count += (inputs + 1) * width;
            inputs = width;
        }

        return count;
    }

    /// <summary>The training in words.</summary>
    internal string DescribeTraining() =>
        $"SGD, momentum {Momentum}, learning rate up to {LearningRate}, weight decay {WeightDecay}";
}
