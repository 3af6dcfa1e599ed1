using System.Numerics;

namespace VecNet;

/// <summary>
/// What a checkpoint was made with: the network's layers, the optimizer, the loss and the trainer's options. See
/// <see cref="Trainer{T}.Resume"/> for what may differ.
/// </summary>
public sealed class TrainingDescription
{
    /// <summary>Puts the parts together.</summary>
    /// <param name="inputSize">Features of a row of the input.</param>
    /// <param name="layers">The layers, each followed by those inside it.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="options">The trainer's options that a training must keep.</param>
    /// <param name="loss">The loss, if it says what it was made with.</param>
    public TrainingDescription(
        int inputSize,
        IEnumerable<ComponentDescription> layers,
        ComponentDescription optimizer,
        ComponentDescription options,
        ComponentDescription? loss = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        InputSize = inputSize;
        Layers = [.. layers];
        Optimizer = optimizer;
        Options = options;
        Loss = loss;
    }

    /// <summary>Features of a row of the input.</summary>
    public int InputSize { get; }

    /// <summary>
    /// The layers in order, each followed by those inside it: names with numbers, options, widths and the shapes of parameters and state.
    /// </summary>
    public IReadOnlyList<ComponentDescription> Layers { get; }

    /// <summary>The optimizer and its options, the learning rate excepted.</summary>
    public ComponentDescription Optimizer { get; }

    /// <summary>The trainer's options that a training must keep.</summary>
    public ComponentDescription Options { get; }

    /// <summary>The loss and its options; null if it does not say.</summary>
    public ComponentDescription? Loss { get; }

    /// <summary>What a trainer works with.</summary>
    internal static TrainingDescription Of<T>(
        NeuralNetwork<T> network, IOptimizer<T> optimizer, TrainerOptions options, ComponentDescription? loss = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<ComponentDescription> layers = [];
        for (int i = 0; i < network.Steps.Length; i++)
        {
            Step<T> step = network.Steps[i];
            (int inputs, int outputs) = (network.Buffers[step.Input].Features, network.Buffers[step.Output].Features);
            Add(layers, $"{i}", step.Layer, inputs, outputs, step.Inner, [.. step.Parameters, .. step.State]);
        }

        return new(
            network.InputSize,
            layers,
            ComponentDescription.Of(optimizer.Name, optimizer.Options),
            ComponentDescription.Of(nameof(TrainerOptions), options.Kept),
            loss);
    }

    /// <summary>Throws if a training with this description cannot go on with that of <paramref name="now"/>.</summary>
    /// <exception cref="ArgumentException">It cannot; the message names what differs, the checkpoint's and the present.</exception>
    internal void CheckSame(TrainingDescription now)
    {
        CheckInput(now.InputSize);
        for (int i = 0; i < int.Min(Layers.Count, now.Layers.Count); i++)
        {
            Check(Layers[i], now.Layers[i], "layer");
        }

        if (Layers.Count != now.Layers.Count)
        {
            throw new ArgumentException(
                $"The checkpoint was made with {Layers.Count} layers, those inside others included; the network has {now.Layers.Count}.",
                "checkpoint");
        }

        Check(Optimizer, now.Optimizer, "optimizer");
        if (Loss is not null && now.Loss is not null)
        {
            Check(Loss, now.Loss, "loss");
        }

        Check(Options, now.Options, "trainer");
    }

    private static void Check(ComponentDescription then, ComponentDescription now, string what)
    {
        if (!then.Equals(now))
        {
            (string before, string present) = ComponentDescription.Compare(then, now);
            string verb = what == "trainer" ? "has" : "is";
            throw new ArgumentException($"The checkpoint was made with {before}; the {what} {verb} {present}.", "checkpoint");
        }
    }

    private void CheckInput(int inputSize)
    {
        if (InputSize != inputSize)
        {
            throw new ArgumentException(
                $"The checkpoint was made with a network of {InputSize} inputs; the network has {inputSize}.", "checkpoint");
        }
    }

    /// <summary>A layer, then those inside it; their parameters are among its own.</summary>
    private static void Add<T>(
        List<ComponentDescription> layers,
        string number,
        ILayer<T> layer,
        int inputs,
        int outputs,
        InnerLayer<T>[] inner,
        ReadOnlySpan<Slot> slots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<KeyValuePair<string, object>> options = [.. layer.Options, new("inputs → outputs", $"{inputs} → {outputs}")];
        foreach (Slot slot in slots)
        {
            options.Add(new($"shape of {slot.Name}", $"{slot.Rows} × {slot.Columns}"));
        }

        layers.Add(ComponentDescription.Of($"{number}.{layer.Name}", options));
        for (int i = 0; i < inner.Length; i++)
        {
            Add(layers, $"{number}.{i}", inner[i].Layer, inner[i].Inputs, inner[i].Outputs, inner[i].Inner, []);
        }
    }
}
