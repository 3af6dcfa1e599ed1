using System.Numerics;

namespace VecNet;

/// <summary>A layer inside another, at its place in a network: its widths, and which of the outer layer's slots are its own.</summary>
internal sealed class InnerLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotCounts first;
    private readonly SlotCounts counts;

    private InnerLayer(InnerDeclaration declared)
    {
        LayerDeclaration declaration = declared.Declaration;
        Layer = declared.Layer as ILayer<T> ?? throw new ArgumentException($"The layer inside, {declared.Layer.GetType().Name}, has another element type than its network.");
        Inputs = declaration.InputFeatures;
        Outputs = declaration.OutputFeatures;
        first = declared.First;
        counts = new(declaration.Parameters.Count, declaration.State.Count, declaration.Saved.Count, declaration.Scratch.Count);
        Inner = Of(declaration);
    }

    internal ILayer<T> Layer { get; }

    internal int Inputs { get; }

    internal int Outputs { get; }

    /// <summary>The layers inside this one.</summary>
    internal InnerLayer<T>[] Inner { get; }

    /// <summary>All that a declaration has taken in.</summary>
    internal static InnerLayer<T>[] Of(LayerDeclaration declaration) => [.. declaration.Inner.Select(inner => new InnerLayer<T>(inner))];

    internal SlotViews<T> ParametersOf(SlotViews<T> outer) => outer.Slice(first.Parameters, counts.Parameters);

    internal SlotViews<T> StateOf(SlotViews<T> outer) => outer.Slice(first.State, counts.State);

    internal SlotViews<T> SavedOf(SlotViews<T> outer) => outer.Slice(first.Saved, counts.Saved);

    internal SlotViews<T> ScratchOf(SlotViews<T> outer) => outer.Slice(first.Scratch, counts.Scratch);

    /// <summary>First values of a layer and then of all inside it, which draw from the same source one after another.</summary>
    internal static void Initialize(ILayer<T> layer, InnerLayer<T>[] inner, SlotViews<T> parameters, SlotViews<T> state, SplitMix64 random)
    {
        layer.Initialize(parameters, random);
        layer.InitializeState(state);
        foreach (InnerLayer<T> inside in inner)
        {
            Initialize(inside.Layer, inside.Inner, inside.ParametersOf(parameters), inside.StateOf(state), random);
        }
    }
}
