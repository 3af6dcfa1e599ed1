namespace VecNet.Tests;

/// <summary>Faults of layers, by themselves and in the middle of a network.</summary>
internal static class LayerFaults
{
    private delegate void SpoilPass(in BackwardPass<double> pass);

    /// <summary>The property of every layer of the catalog.</summary>
    private const string Catalogd = nameof(LayerGradientTests.A_layer_by_its_input_and_its_parameters);

    public static IEnumerable<PlantedFault> All =>
    [
        .. LayerChecks.Layers.Values.SelectMany(OfEvery),
        .. Everywhere(
            "weights' gradient scaled by 1.01", Catalogd, Full, (in pass) => Elementwise.Scale(pass.Gradient(0), 1.01, pass.Gradient(0))),
        .. Everywhere("bias of the first row only", Catalogd, Full, (in pass) => pass.GradOutput.SliceRows(0, 1).CopyTo(pass.Gradient(1))),
        .. Everywhere("bias not written", Catalogd, Full, (in pass) => pass.Gradient(1).Clear()),
        .. Everywhere("ignores Accumulates", Catalogd, Full, (in pass) =>
            FullyConnected.Backward(pass.Input, pass.Parameter(0), pass.GradOutput, pass.GradInput, pass.Gradient(0), pass.Gradient(1))),
        .. Everywhere("always accumulates", Catalogd, Full, (in pass) =>
            FullyConnected.Backward(
                pass.Input, pass.Parameter(0), pass.GradOutput, pass.GradInput, pass.Gradient(0), pass.Gradient(1), accumulate: true)),
        .. Everywhere("derivative forgotten", Catalogd, () => new Sigmoid<double>(), (in pass) => pass.GradOutput.CopyTo(pass.GradInput)),
        .. Everywhere("derivative forgotten", Catalogd, () => new Tanh<double>(), (in pass) => pass.GradOutput.CopyTo(pass.GradInput)),
        .. Everywhere("derivative forgotten", Catalogd, () => new ReLU<double>(), (in pass) => pass.GradOutput.CopyTo(pass.GradInput)),
        .. Everywhere("a fresh mask", Catalogd, () => new Dropout<double>(0.4), FreshMask),
        .. Everywhere(
            "wrong sign", Catalogd, () => new Softmax<double>(), (in pass) => Elementwise.Scale(pass.GradInput, -1, pass.GradInput)),
        .. Everywhere(
            "wrong sign", Catalogd, () => new LogSoftmax<double>(), (in pass) => Elementwise.Scale(pass.GradInput, -1, pass.GradInput)),
        .. Everywhere(
            "of the output instead of the input", Catalogd, () => new GELU<double>(),
            (in pass) => GELU.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere(
            "of the output instead of the input", Catalogd, () => new GELUTanh<double>(),
            (in pass) => GELUTanh.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere(
            "of the output instead of the input", Catalogd, () => new SiLU<double>(),
            (in pass) => SiLU.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere(
            "slope forgotten", Catalogd, () => new LeakyReLU<double>(0.2),
            (in pass) => LeakyReLU.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere(
            "alpha forgotten", Catalogd, () => new ELU<double>(0.7),
            (in pass) => ELU.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere(
            "beta forgotten", Catalogd, () => new Softplus<double>(1.5),
            (in pass) => Softplus.Backward(pass.Output, pass.GradOutput, pass.GradInput)),
        .. Everywhere(
            "scale's gradient scaled by 1.01", Catalogd, () => new LayerNorm<double>(0.1),
            (in pass) => Elementwise.Scale(pass.Gradient(0), 1.01, pass.Gradient(0))),
        .. Everywhere("ignores Accumulates", Catalogd, () => new BatchNorm<double>(epsilon: 0.1), (in pass) =>
            BatchNorm.Backward(
                pass.Input, pass.Parameter(0), new(pass.Saved(0).AsSpan(), 2, pass.Input.Columns),
                pass.GradOutput, default, pass.Gradient(0), pass.Gradient(1))),
        .. Inside((width, layer) => new Residual<double>(layer, new FullyConnectedLayer<double>(width))),
        .. Inside((_, layer) => new Sequential<double>(new Tanh<double>(), layer, new Softmax<double>())),
        new("gated_feed_forward layer", "halves exchanged", Catalogd, (c, planted) =>
        {
            ILayer<double> units = new GatedUnits<double>(GateFunction.GELU);
            return GradientCheck.Layer(
                new Sequential<double>(
                    new FullyConnectedLayer<double>(6), planted ? new Spoilt(units, Exchanged) : units, new FullyConnectedLayer<double>(3)),
                c.Input().View,
                seed: c.Seed);
        }),
        new("transformer_block layer", "what arrives twice too large", Catalogd, (c, planted) => GradientCheck.Layer(
            new Sequential<double>(
                new TransformerBlock<double>(1, 3, epsilon: 0.1),
                planted ? new Spoilt(Full(), (in pass) => Elementwise.Scale(pass.GradInput, 2, pass.GradInput)) : Full()),
            c.Input().View,
            seed: c.Seed,
            sequences: new(SampleSequences.Offsets(c.Rows)))),
        .. Inside((_, layer) => new Parallel<double>(new Sigmoid<double>(), layer)),
        new("embedding layer", "of the first row only", Catalogd, (c, planted) =>
        {
            var embedding = new Embedding<double>(OperationCatalog<double>.Entries, c.Outputs);
            return EntryChecks.OfIndices(planted ? new Spoilt(embedding, (in pass) =>
                Embedding.Backward(
                    pass.Input.SliceRows(0, 1), pass.GradOutput.SliceRows(0, 1), pass.Gradient(0), accumulate: pass.Accumulates))
                    : embedding, c);
        }),
        OfAttention("attention reads later tokens", (in pass) => new AttentionHeads<double>(2, causal: false, alibi: true).Backward(pass)),
        OfAttention("linear biases forgotten", (in pass) => new AttentionHeads<double>(2, causal: true, alibi: false).Backward(pass)),
        OfAttention(
            "dropped weights forgotten",
            (in pass) => new AttentionHeads<double>(2, causal: true, alibi: true).Backward(pass),
            dropout: 0.3),
        new("self_attention layer", "not rotated back", Catalogd, (c, planted) =>
        {
            var rotation = new RotaryPart<double>(2, new() { Base = 5 });
            return GradientCheck.Layer(
                new Sequential<double>(
                    new FullyConnectedLayer<double>(12),
                    planted ? new Spoilt(rotation, (in pass) => pass.GradOutput.CopyTo(pass.GradInput)) : rotation,
                    new AttentionHeads<double>(2, causal: false, alibi: false)),
                c.Input().View, seed: c.Seed, sequences: new(SampleSequences.Offsets(c.Rows)));
        }),
        OfAttention("weights taken as constants", (in pass) => pass.GradInput.SliceColumns(0, 8).Clear()),
        .. Enum.GetValues<RecurrentCell>().SelectMany(OfRecurrence),
        .. OfConvolution(),
        .. Everywhere(
            "a parameter forgotten", "A_layer_of_a_user_with_parameters", () => new ScaleAndShift(), (in pass) => pass.Gradient(0).Clear()),
    ];

    /// <summary>
    /// What can go wrong with every layer: the gradient of its input, and that of its first parameter where it has some of its own.
    /// </summary>
    private static IEnumerable<PlantedFault> OfEvery(LayerEntry<double> entry)
    {
        ILayer<double> sample = entry.Sample(2, 2);
        if (sample is ICompositeLayer<double>)
        {
            // It computes nothing itself: faults are planted in the layers inside, below.
            yield break;
        }

        bool hasParameters = new NeuralNetwork<double>(2, [sample]).Parameters.Length > 0;
        SpoilPass scaled = entry.IsOfIndices
            ? (in pass) => Elementwise.Scale(pass.Gradient(0), 1.01, pass.Gradient(0))
            : (in pass) => Elementwise.Scale(pass.GradInput, 1.01, pass.GradInput);
        yield return Of("gradient scaled by 1.01", scaled);
        if (hasParameters)
        {
            yield return Of("first parameter not written", (in pass) => pass.Gradient(0).Clear());
        }

        PlantedFault Of(string fault, SpoilPass spoil) => new(
            $"{sample.Name} layer", fault, Catalogd, (c, planted) => entry.Check(c, planted ? layer => new Spoilt(layer, spoil) : null));
    }

    private static FullyConnectedLayer<double> Full() => new(4);

    /// <summary>
    /// A fault of a layer inside a composite one: in the gradient of its parameters, and
    /// in that of its input. Faults of the plan itself are planted in its source.
    /// </summary>
    private static IEnumerable<PlantedFault> Inside(Func<int, ILayer<double>, ILayer<double>> composite)
    {
        foreach ((string fault, SpoilPass spoil) in new (string, SpoilPass)[]
        {
            ("an inner parameter forgotten", (in pass) => pass.Gradient(0).Clear()),
            ("an inner gradient twice too large", (in pass) => Elementwise.Scale(pass.GradInput, 2, pass.GradInput)),
        })
        {
            ILayer<double> Make(int width, bool planted) => composite(width, planted ? new Spoilt(Full(), spoil) : Full());
            yield return new(
                $"{Make(1, false).Name} layer", fault, Catalogd,
                (c, planted) => GradientCheck.Layer(Make(c.Columns, planted), c.Input().View, seed: c.Seed));
        }
    }

    /// <summary>A fault of the attention between the projections of self-attention.</summary>
    private static PlantedFault OfAttention(string fault, SpoilPass spoil, double dropout = 0) => new(
        "self_attention layer", fault, Catalogd, (c, planted) =>
        {
            ILayer<double> heads = new AttentionHeads<double>(2, causal: true, alibi: true, dropout);
            var attention = new Sequential<double>(
                new FullyConnectedLayer<double>(12),
                planted ? new Spoilt(heads, spoil) : heads,
                new FullyConnectedLayer<double>(c.Outputs));
            return GradientCheck.Layer(attention, c.Input().View, seed: c.Seed, sequences: new(SampleSequences.Offsets(c.Rows)));
        });

    private static IEnumerable<PlantedFault> OfConvolution()
    {
        foreach ((string fault, SpoilPass spoil) in new (string, SpoilPass)[]
        {
            ("padding on both sides", (in pass) => new Conv1d<double>(2, 3).Backward(pass)),
            ("rows next to each other", (in pass) => new Conv1d<double>(2, 3, Conv1dPadding.Causal).Backward(pass)),
        })
        {
            yield return new("conv1d layer", fault, Catalogd, (c, planted) =>
            {
                ILayer<double> layer = new Conv1d<double>(2, 3, Conv1dPadding.Causal, dilation: 2);
                return GradientCheck.Layer(
                    new Sequential<double>(new FullyConnectedLayer<double>(2), planted ? new Spoilt(layer, spoil) : layer),
                    c.Input().View, seed: c.Seed, sequences: new(SampleSequences.Offsets(c.Rows)));
            });
        }
    }

    /// <summary>Faults of one direction of a recurrent layer.</summary>
    private static IEnumerable<PlantedFault> OfRecurrence(RecurrentCell cell)
    {
        foreach ((string fault, SpoilPass spoil) in new (string, SpoilPass)[]
        {
            ("time runs the other way", (in pass) => new RecurrentDirection<double>(cell, 3, isReverse: false).Backward(pass)),
            ("hidden weights' gradient forgotten", (in pass) => pass.Gradient(1).Clear()),
            ("an inner gradient twice too large", (in pass) => Elementwise.Scale(pass.GradInput, 2, pass.GradInput)),
        })
        {
            yield return new($"{cell.ToString().ToLowerInvariant()} layer", fault, Catalogd, (c, planted) =>
            {
                ILayer<double> direction = new RecurrentDirection<double>(cell, 3, isReverse: true);
                var layers = new Sequential<double>(new FullyConnectedLayer<double>(2), planted ? new Spoilt(direction, spoil) : direction);
                return GradientCheck.Layer(layers, c.Input().View, seed: c.Seed, sequences: new(SampleSequences.Offsets(c.Rows)));
            });
        }
    }

    private static void Exchanged(in BackwardPass<double> pass)
    {
        TensorBuffer<double> half = TensorBuffer.Copy<double>(pass.GradInput.SliceColumns(0, 3));
        pass.GradInput.SliceColumns(3, 3).CopyTo(pass.GradInput.SliceColumns(0, 3));
        half.View.CopyTo(pass.GradInput.SliceColumns(3, 3));
    }

    private static void FreshMask(in BackwardPass<double> pass)
    {
        var mask = new TensorBuffer<double>(pass.GradOutput.Rows, pass.GradOutput.Columns);
        Dropout.FillMask(0.4, new SplitMix64(987), mask.View);
        Dropout.Backward(mask.View, pass.GradOutput, pass.GradInput);
    }

    /// <param name="fault">What is wrong.</param>
    /// <param name="property">The property of the right layer.</param>
    /// <param name="layer">The layer; in the network it stands behind five features.</param>
    /// <param name="spoil">Plants the fault.</param>
    /// <param name="ofWidth">The layer for an input of another width, where it depends on that.</param>
    private static IEnumerable<PlantedFault> Everywhere(
        string fault, string property, Func<ILayer<double>> layer, SpoilPass spoil, Func<int, ILayer<double>>? ofWidth = null)
    {
        ILayer<double> Make(bool planted) => planted ? new Spoilt(layer(), spoil) : layer();
        ILayer<double> MakeFor(int width, bool planted)
        {
            ILayer<double> right = ofWidth is null ? layer() : ofWidth(width);
            return planted ? new Spoilt(right, spoil) : right;
        }

        yield return new(
            $"{layer().Name} layer", fault, property,
            (c, planted) => GradientCheck.Layer(MakeFor(c.Columns, planted), c.Input().View, seed: c.Seed));
        yield return new(
            $"{layer().Name} layer in a network", fault, nameof(NetworkGradientTests.Random_networks_with_their_losses), (c, planted) =>
            {
                var network = new NeuralNetwork<double>(
                    c.Columns,
                    [
                        new FullyConnectedLayer<double>(5, WeightInitialization.XavierNormal),
                        Make(planted), new FullyConnectedLayer<double>(3),
                    ],
                    c.Seed);
                int[] classes = c.Classes(3);
                return GradientCheck.Network(
                    network, c.Input().View, (p, g) => new SoftmaxCrossEntropy<double>().ForwardBackward(p, classes, g));
            });
    }

    private sealed class Spoilt(ILayer<double> inner, SpoilPass spoil) : FaultyLayer(inner)
    {
        protected override void Spoil(in BackwardPass<double> pass) => spoil(pass);
    }
}
