using System.Globalization;
using System.Numerics;

namespace VecNet;

/// <summary>
/// The description of the training of a checkpoint: the network's layers, the optimizer, the loss and the trainer's options. See
/// <see cref="Trainer{T}.Resume"/> for what may differ.
/// </summary>
public sealed class TrainingDescription
{
    /// <summary>Creates a description.</summary>
    /// <param name="inputSize">The number of features of a row of the input.</param>
    /// <param name="layers">The layers that compute, including nested ones.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="options">The trainer's options that a training must keep.</param>
    /// <param name="loss">The loss; null if it is not known.</param>
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

    /// <summary>The number of features of a row of the input.</summary>
    public int InputSize { get; }

    /// <summary>
    /// The nodes of the network's plan in order: names with paths, options, widths and the shapes of parameters and state.
    /// </summary>
    public IReadOnlyList<ComponentDescription> Layers { get; }

    /// <summary>The optimizer and its options, the learning rate excepted.</summary>
    public ComponentDescription Optimizer { get; }

    /// <summary>The trainer's options that a training must keep.</summary>
    public ComponentDescription Options { get; }

    /// <summary>The loss and its options; null if it is not known.</summary>
    public ComponentDescription? Loss { get; }

    /// <summary>Creates the description of a trainer's components.</summary>
    internal static TrainingDescription Create<T>(NeuralNetwork<T> network, IOptimizer<T> optimizer, ILoss<T> loss, TrainerOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            network.InputSize,
            network.Nodes.Select(node => Describe(network, node)),
            ComponentDescription.Create(optimizer.Name, optimizer.Options),
            ComponentDescription.Create(nameof(TrainerOptions), options.Kept),
            ComponentDescription.Create(
                loss.Name,
                [
                    new("reduction", $"{loss.Reduction}"),
                    new("ignored class", $"{loss.IgnoredClass?.ToString(CultureInfo.InvariantCulture) ?? "none"}"),
                    .. loss.Options,
                ]));

    /// <summary>Throws if a training with this description cannot be continued with a current one.</summary>
    /// <exception cref="ArgumentException">It cannot; the message names both values of what differs.</exception>
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
                $"The checkpoint was made with {Layers.Count} layers and connections, nested ones included; the network has "
                + $"{now.Layers.Count}.",
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

    /// <summary>One node of the plan: which values it reads, its widths, and the shapes of its parameters and state.</summary>
    private static ComponentDescription Describe<T>(NeuralNetwork<T> network, NetworkNode<T> node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string Widths(IEnumerable<int> values) => string.Join(" + ", values.Select(value => network.Plan.Buffers[value].Features));
        List<KeyValuePair<string, object>> options =
        [
            .. node.Layer?.Options ?? [],
            new("inputs → outputs", $"{Widths(node.Inputs)} → {Widths([node.Output])}"),
        ];
        if (node.Inputs is not [var only] || only != node.Output - 1)
        {
            // The node does not simply read the value that was written last.
            options.Add(new("reads", string.Join(", ", node.Inputs.Select(value => network.Plan.Buffers[value].Name))));
        }

        foreach (Slot slot in node.Parameters.Concat(node.State))
        {
            options.Add(new($"shape of {slot.Name}", $"{slot.Rows} × {slot.Columns}"));
        }

        return ComponentDescription.Create(node.Name, options);
    }
}
