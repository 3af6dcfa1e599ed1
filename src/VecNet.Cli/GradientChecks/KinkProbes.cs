namespace VecNet.Cli.GradientChecks;

/// <summary>A network with a probe before every node of its plan that has kinks, however deep inside composite layers it is.</summary>
/// <remarks>A probe has no parameters and draws no numbers: the passes are those of the network.</remarks>
internal sealed class KinkProbes : ICompositeLayer<double>
{
    private readonly NeuralNetwork<double> network;
    private readonly NeuralNetwork<double> probed;
    private double nearest;

    /// <summary>Creates probes for a network with its current parameters.</summary>
    internal KinkProbes(NeuralNetwork<double> network)
    {
        this.network = network;
        probed = new(network.InputSize, [this]);
        network.Parameters.CopyTo(probed.Parameters);
        network.State.CopyTo(probed.State);
    }

    /// <inheritdoc/>
    public string Name => "probes";

    /// <summary>The smallest distance from a kink of any input of a node that has kinks, in a training pass.</summary>
    internal double NearestKink(TensorBuffer<double> input, ulong seed)
    {
        nearest = double.PositiveInfinity;
        int[] offsets = SampleSequences.Offsets(input.Rows);
        probed.Forward(input.View, new(offsets), probed.CreateTrainingWorkspace(input.Rows, seed: seed, sequences: offsets.Length - 1));
        return nearest;
    }

    /// <inheritdoc/>
    public NetworkValue<double> Expand(NetworkBuilder<double> builder, NetworkValue<double> input)
    {
        var values = new NetworkValue<double>[network.Nodes.Count + 1];
        values[0] = input;
        foreach (NetworkNode<double> node in network.Nodes)
        {
            NetworkValue<double> first = values[node.Inputs[0]];
            if (node.Layer is { Kinks: { Count: > 0 } kinks })
            {
                first = builder.Apply(new Probe(this, kinks), first);
            }

            values[node.Output] = node.Kind switch
            {
                NodeKind.Sum => builder.Add(first, values[node.Inputs[1]]),
                NodeKind.Concatenation => builder.Concatenate([.. node.Inputs.Select(value => values[value])]),
                _ => builder.Apply(node.Layer!, first),
            };
        }

        // No node reads the network's output, and nothing else is unread.
        return values[network.Nodes[^1].Output];
    }

    /// <summary>y = x; the distance from the kinks is recorded.</summary>
    private sealed class Probe(KinkProbes probes, IReadOnlyList<double> kinks) : ILayer<double>
    {
        public string Name => "probe";

        public void Configure(LayerDeclaration declaration)
        {
        }

        public void Forward(in ForwardPass<double> pass)
        {
            for (int row = 0; row < pass.Input.Rows; row++)
            {
                foreach (double value in pass.Input.Row(row))
                {
                    // Elements that dropout has set to 0 stay 0.
                    double distance = value == 0 ? double.PositiveInfinity : KinkClearance.Nearest(value, kinks, out _);
                    probes.nearest = Math.Min(probes.nearest, distance);
                }
            }

            pass.Input.CopyTo(pass.Output);
        }

        public void Backward(in BackwardPass<double> pass) => pass.GradOutput.CopyTo(pass.GradInput);
    }
}
