using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Connects layers to the plan of a network; <see cref="ICompositeLayer{T}.Expand"/> receives it.</summary>
/// <remarks>
/// The order of the calls is the order of the forward pass. A value is written once and may be read any number of times; gradients of
/// its readers are added.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class NetworkBuilder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotLayout<T> parameters = new();
    private readonly SlotLayout<T> state = new();
    private readonly List<NetworkBuffer> buffers = [];
    private readonly List<NetworkNode<T>> nodes = [];
    private Scope scope = new("", -1);
    private bool isClosed;

    internal NetworkBuilder(int inputSize)
    {
        var tokens = new RowSet(RowKind.Token);
        buffers.Add(new("input", inputSize, tokens));
        Input = new(this, 0, inputSize, tokens);
    }

    /// <summary>The path of the composite layer that is being expanded, such as <c>3.0</c>; empty for the network itself.</summary>
    public string Path => scope.Path;

    /// <summary>The input of the network.</summary>
    internal readonly NetworkValue<T> Input;

    internal int ParameterLength => parameters.Length;

    internal int StateLength => state.Length;

    /// <summary>The width of the states of all recurrent layers.</summary>
    internal int RecurrentWidth;

    internal IReadOnlyList<NetworkBuffer> Buffers => buffers;

    internal IReadOnlyList<NetworkNode<T>> Nodes => nodes;

    /// <summary>Ends the building: from now on, every call throws an <see cref="InvalidOperationException"/>.</summary>
    internal void Close() => isClosed = true;

    /// <summary>Applies a layer.</summary>
    /// <param name="layer">A layer that computes, or a composite one, which is expanded.</param>
    /// <param name="input">The input of the layer.</param>
    /// <param name="name">
    /// The last part of its path, which precedes the names of its parameters, such as <c>attention</c>; by default its index among the
    /// layers that were applied in the same call of <see cref="ICompositeLayer{T}.Expand"/>, from 0.
    /// </param>
    /// <returns>The layer's output.</returns>
    /// <exception cref="ArgumentException">
    /// The layer has no name, the value is not one of this builder's, or the name is empty, contains a dot, or has been used.
    /// </exception>
    /// <exception cref="InsufficientExecutionStackException">Composite layers are nested too deeply, or contain themselves.</exception>
    public NetworkValue<T> Apply(ILayer<T> layer, NetworkValue<T> input, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Check(input, nameof(input));
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new InsufficientExecutionStackException(
                $"Layer '{layer.Name}' is nested too deeply, or a composite layer contains itself.");
        }

        Scope inside = scope.Next(name);
        if (string.IsNullOrEmpty(layer.Name))
        {
            throw new ArgumentException($"Layer {inside.Path} ({layer.GetType().Name}) has no name.", nameof(layer));
        }

        if (layer is not ICompositeLayer<T> composite)
        {
            return Declare(layer, input, inside);
        }

        Scope outside = scope;
        scope = inside;
        try
        {
            NetworkValue<T> output = composite.Expand(this, input);
            return output.Builder == this ? output : throw new ArgumentException(
                $"Layer {Path} ({layer.Name}) returned a value that was not made by its builder.", nameof(layer));
        }
        finally
        {
            scope = outside;
        }
    }

    /// <summary>Applies layers one after another.</summary>
    /// <param name="layers">The layers; each reads the output of the previous one.</param>
    /// <param name="input">The input of the first one.</param>
    /// <returns>The output of the last one; the input if there is none.</returns>
    /// <inheritdoc cref="Apply"/>
    public NetworkValue<T> Chain(IEnumerable<ILayer<T>> layers, NetworkValue<T> input)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Check(input, nameof(input));
        foreach (ILayer<T> layer in layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
            input = Apply(layer, input);
        }

        return input;
    }

    /// <summary>Adds two values, element by element.</summary>
    /// <exception cref="ArgumentException">Their widths differ, or a value is not one of this builder's.</exception>
    public NetworkValue<T> Add(NetworkValue<T> left, NetworkValue<T> right)
    {
        Check(left, nameof(left));
        Check(right, nameof(right));
        if (left.Features != right.Features)
        {
            throw new ArgumentException($"{Where}values of {left.Features} and {right.Features} features cannot be added.", nameof(right));
        }

        CheckSameRows(left, right, nameof(right));
        return AddNode(NodeKind.Sum, [left.Buffer, right.Buffer], left.Features, left.RowSet);
    }

    /// <summary>Concatenates values by columns: those of the first, of the second and so on.</summary>
    /// <exception cref="ArgumentException">
    /// There is no value, one is not from this builder, or the result would be wider than a matrix can be.
    /// </exception>
    public NetworkValue<T> Concatenate(params ReadOnlySpan<NetworkValue<T>> values)
    {
        long features = 0;
        int[] inputs = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            Check(values[i], nameof(values));
            CheckSameRows(values[0], values[i], nameof(values));
            inputs[i] = values[i].Buffer;
            features += values[i].Features;
        }

        if (values.Length == 0)
        {
            throw new ArgumentException($"{Where}there must be at least one value to concatenate.", nameof(values));
        }

        return features <= int.MaxValue
            ? AddNode(NodeKind.Concatenation, inputs, (int)features, values[0].RowSet)
            : throw new ArgumentException($"{Where}{features} features are more than a matrix can have.", nameof(values));
    }

    private NetworkValue<T> Declare(ILayer<T> layer, NetworkValue<T> input, Scope inside)
    {
        var declaration = new LayerDeclaration(input.Features, input.Rows);
        layer.Configure(declaration);
        var node = new NetworkNode<T>(NodeKind.Layer, layer, inside.Path, inside.TopLayer, [input.Buffer], buffers.Count)
        {
            Parameters = [.. declaration.Parameters.Select(slot => Place(slot, input, inside.Path))],
            State = [.. declaration.State.Select(slot => state.Place(slot, inside.Path))],
            Saved = [.. declaration.Saved],
            Scratch = [.. declaration.Scratch],
            Kept = [.. declaration.Kept],
            ReadsSequences = declaration.NeedsSequences,
            RecurrentWidth = declaration.RecurrentWidth,
            RecurrentColumn = RecurrentWidth,
            ContinuesSequences = declaration.ContinuesSequences || !declaration.NeedsSequences,
            TakesIds = declaration.TakesIds,
        };
        RecurrentWidth += declaration.RecurrentWidth;
        return Append(node, declaration.OutputFeatures, RowsAfter(declaration, input));
    }

    /// <remarks>The gradient of weights that the network's input is multiplied by is sparse where the input is.</remarks>
    private Slot Place(Slot slot, NetworkValue<T> input, string path) =>
        slot.SharedFrom is not null ? Share(slot, path)
        : parameters.Place(input.Buffer == 0 && slot.IsTransposedInFiles ? slot with { Touched = new(slot.Rows) } : slot, path);

    /// <summary>Finds the table of an embedding that a layer shares.</summary>
    private Slot Share(Slot slot, string path)
    {
        Slot[] tables = [.. nodes.SelectMany(node => node.Parameters).Where(other =>
            other.IsVocabulary && other.Rows == slot.Rows && other.Columns == slot.Columns)];
        string? fault =
            tables.Length == 0 ? "but no embedding before it has that size"
            : tables.Length > 1 ? $"but {tables.Length} embeddings have that size"
            : tables[0].Touched is not null ? "but its gradient is sparse"
            : nodes.SelectMany(node => node.Parameters).Any(other => other.SharedFrom is not null && other.Offset == tables[0].Offset)
                ? "but another layer shares it already"
            : null;
        if (fault is not null)
        {
            throw new ArgumentException(
                $"Layer {path} shares the table of an embedding of {slot.Rows} entries of {slot.Columns} numbers, {fault}.", "layers");
        }

        string owner = nodes.First(node => node.Parameters.Contains(tables[0])).Path;
        return tables[0] with { Name = slot.Name, SharedFrom = $"{owner}.{tables[0].Name}", IsVocabulary = false };
    }

    private NetworkValue<T> AddNode(NodeKind kind, int[] inputs, int features, RowSet rows) =>
        Append(new(kind, null, scope.Path, scope.TopLayer, inputs, buffers.Count), features, rows);

    private NetworkValue<T> Append(NetworkNode<T> node, int features, RowSet rows)
    {
        nodes.Add(node);
        buffers.Add(new(node.Name, features, rows));
        return new(this, node.Output, features, rows);
    }

    /// <summary>The beginning of a message: the composite layer in question.</summary>
    private string Where => Path.Length == 0 ? "" : $"Layer {Path}: ";

    private void Check(NetworkValue<T> value, string name)
    {
        if (isClosed)
        {
            throw new InvalidOperationException("The network has been built; nothing can be added to it.");
        }

        if (value.Builder != this)
        {
            throw new ArgumentException($"{Where}the value was not made by this builder.", name);
        }
    }
}
