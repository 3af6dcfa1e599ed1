using FsCheck;
using FsCheck.Fluent;

namespace VecNet.Tests;

/// <summary>What stands between two fully connected layers of a generated network.</summary>
public sealed record HiddenLayer(int Width, string Activation, double Dropout)
{
    public override string ToString() => Dropout > 0 ? $"{Width} {Activation} dropout {Dropout}" : $"{Width} {Activation}";
}

/// <summary>A random network with its loss and batch: hidden widths and activations of every kind, with and without dropout.</summary>
public sealed record NetworkCase(int Batch, int Inputs, IReadOnlyList<HiddenLayer> Hidden, int Outputs, string Loss, ulong Seed)
{
    public const string MeanSquared = "mean squared error";
    public const string FusedClasses = "softmax cross-entropy of classes";
    public const string FusedDistributions = "softmax cross-entropy of distributions";
    public const string TwoStepClasses = "softmax, cross-entropy of classes";
    public const string TwoStepDistributions = "softmax, cross-entropy of distributions";

    /// <summary>How far the input of every activation must be from its kinks: a step of 1e-3 in one number moves it by less.</summary>
    private const double Clearance = 0.03;

    /// <summary>
    /// The least loss that is checked. A saturated cross-entropy is small, and its gradient too, but its differences are not: the logits
    /// that it is made of are rounded, which leaves about 3e-13 times their size. From here on the check's tolerance, 1e-10, lies above
    /// that.
    /// </summary>
    private const double LeastLoss = 1e-3;

    /// <summary>Every activation of the library, and a user's layers.</summary>
    private static readonly string[] Activations =
        [
            .. OperationCatalog<double>.Functions.Where(function => function.IsLayer).Select(function => function.Name),
            "swish",
            "scale_and_shift",
        ];

    /// <summary>
    /// The network, its input and its loss; seeds are tried in turn until no activation stands at a kink and the loss is not saturated.
    /// </summary>
    public (NeuralNetwork<double> Network, TensorBuffer<double> Input, ScalarFunction Loss) Build()
    {
        for (ulong attempt = 0; attempt < 1000; attempt++)
        {
            ulong seed = Seed + (attempt * 7919);
            var network = new NeuralNetwork<double>(Inputs, Layers(), seed);
            var random = new SplitMix64(seed);
            for (int i = 0; i < network.Biases.Count; i++)
            {
                foreach (ref double bias in network.Biases[i].AsSpan())
                {
                    bias = 0.5 * random.NextNormal();
                }
            }

            var values = new GradientCase(Batch, Inputs, Outputs, seed);
            TensorBuffer<double> input = values.Input();
            ScalarFunction loss = LossOf(values);
            if (CanBeChecked(network, input, loss))
            {
                return (network, input, loss);
            }
        }

        throw new InvalidOperationException($"No seed keeps {this} away from kinks and from saturation.");
    }

    /// <summary>Whether the loss is 0 whatever the network does: softmax over one class is constantly 1.</summary>
    public bool IsConstant => Outputs == 1 && Loss != MeanSquared;

    public static Arbitrary<NetworkCase> Arbitrary() => Arb.From(
        from batch in Gen.Frequency((3, Gen.Constant(1)), (6, Gen.Choose(2, 5)))
        from inputs in Gen.Choose(1, 6)
        from depth in Gen.Choose(0, 3)
        from hidden in Gen.ListOf(
            from width in Gen.Choose(1, 6)
            from activation in Gen.Elements(Activations)
            from dropout in Gen.Elements(0, 0, 0.3, 0.5)
            select new HiddenLayer(width, activation, dropout),
            depth)
        from outputs in Gen.Choose(1, 5)
        from loss in Gen.Elements(MeanSquared, FusedClasses, FusedDistributions, TwoStepClasses, TwoStepDistributions)
        from seed in Gen.Choose(0, int.MaxValue)
        select new NetworkCase(batch, inputs, [.. hidden], outputs, loss, (ulong)seed),
        Shrink);

    public override string ToString() => $"{Batch}×{Inputs} → {string.Join(" → ", Hidden)} → {Outputs}, {Loss}, seed {Seed}";

    private static IEnumerable<NetworkCase> Shrink(NetworkCase x)
    {
        for (int i = 0; i < x.Hidden.Count; i++)
        {
            yield return x with { Hidden = [.. x.Hidden.Take(i), .. x.Hidden.Skip(i + 1)] };
            if (x.Hidden[i].Dropout > 0)
            {
                yield return x with { Hidden = [.. x.Hidden.Take(i), x.Hidden[i] with { Dropout = 0 }, .. x.Hidden.Skip(i + 1)] };
            }

            if (x.Hidden[i].Width > 1)
            {
                yield return x with { Hidden = [.. x.Hidden.Take(i), x.Hidden[i] with { Width = 1 }, .. x.Hidden.Skip(i + 1)] };
            }
        }

        if (x.Batch > 1)
        {
            yield return x with { Batch = 1 };
        }

        if (x.Inputs > 1)
        {
            yield return x with { Inputs = 1 };
        }
    }

    private IEnumerable<ILayer<double>> Layers()
    {
        foreach (HiddenLayer hidden in Hidden)
        {
            yield return new FullyConnectedLayer<double>(hidden.Width, WeightInitialization.XavierNormal);
            yield return hidden.Activation switch
            {
                "swish" => new Swish(),
                "scale_and_shift" => new ScaleAndShift(),
                string name => OperationCatalog<double>.Functions.Single(function => function.Name == name).Sample,
            };
            if (hidden.Dropout > 0)
            {
                yield return new Dropout<double>(hidden.Dropout);
            }
        }

        yield return new FullyConnectedLayer<double>(Outputs, WeightInitialization.XavierNormal);
        if (Loss is TwoStepClasses or TwoStepDistributions)
        {
            yield return new Softmax<double>();
        }
    }

    private ScalarFunction LossOf(GradientCase values)
    {
        int[] classes = values.Classes(Outputs);
        TensorBuffer<double> numbers = Loss == MeanSquared ? values.Values(Batch, Outputs, 2) : values.Positive(Batch, Outputs, 2);
        return Loss switch
        {
            MeanSquared => (p, g) => new MeanSquaredError<double>().ForwardBackward(p, numbers.View, g),
            FusedClasses => (p, g) => new SoftmaxCrossEntropy<double>().ForwardBackward(p, classes, g),
            FusedDistributions => (p, g) => new SoftmaxCrossEntropy<double>().ForwardBackward(p, numbers.View, g),
            TwoStepClasses => (p, g) => new CategoricalCrossEntropy<double>().ForwardBackward(p, classes, g),
            TwoStepDistributions => (p, g) => new CategoricalCrossEntropy<double>().ForwardBackward(p, numbers.View, g),
            _ => throw new InvalidOperationException($"Unknown loss {Loss}."),
        };
    }

    private bool CanBeChecked(NeuralNetwork<double> network, TensorBuffer<double> input, ScalarFunction loss)
    {
        // What goes into an activation is stored only where it is computed on its own.
        var apart = new NeuralNetwork<double>(Inputs, network.Layers.Select(layer => new Apart<double>(layer)));
        network.Parameters.CopyTo(apart.Parameters);
        Workspace<double> workspace = apart.CreateTrainingWorkspace(input.Rows);
        workspace.Random!.State = 0; // as the check sets it for its default seed
        double value = loss(apart.Forward(input.View, workspace), default);
        if (value < LeastLoss && !IsConstant)
        {
            return false;
        }

        foreach (NetworkNode<double> node in network.Nodes.Where(node => node.Layer?.Kinks.Count > 0)) // the same buffers in both networks
        {
            foreach (double x in workspace.Value(node.Inputs[0]).AsSpan())
            {
                if (KinkClearance.Nearest(x, node.Layer!.Kinks, out _) < Clearance)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
