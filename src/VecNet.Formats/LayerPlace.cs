using System.Numerics;

namespace VecNet.Formats;

/// <summary>Where a layer stands in a network or in another layer, which is what its parameters are named by.</summary>
/// <param name="number">Of the network's layer that it is, or that it lies in.</param>
/// <param name="parameters">Of that layer.</param>
/// <param name="state">Of that layer.</param>
/// <param name="path">From that layer to this one, e.g. <c>0.2.</c></param>
internal readonly ref struct LayerPlace<T>(int number, SlotViews<T> parameters, SlotViews<T> state, string path = "")
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotViews<T> parameters = parameters;
    private readonly SlotViews<T> state = state;

    /// <summary>The place of a layer inside this one.</summary>
    internal LayerPlace<T> Inside(int index) => new(number, parameters, state, $"{path}{index}.");

    /// <summary>What a parameter or state is called in a file: as in PyTorch.</summary>
    internal string NameOf(string slot) => $"{number}.{path}{slot}";

    internal ReadOnlyTensorView<T> Parameter(string slot) => Find(parameters, path + slot);

    internal ReadOnlyTensorView<T> State(string slot) => Find(state, path + slot);

    private static ReadOnlyTensorView<T> Find(SlotViews<T> views, string name)
    {
        for (int i = 0; i < views.Count; i++)
        {
            if (views.NameOf(i) == name)
            {
                return views[i];
            }
        }

        throw new KeyNotFoundException($"No layer has declared '{name}'.");
    }
}
