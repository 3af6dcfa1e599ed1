using System.Numerics;

namespace VecNet;

/// <summary>Operations on sparse gradients, which take time only for the rows that have been written.</summary>
internal static class SparseGradients
{
    /// <summary>Clears the rows that the previous backward pass wrote in the sparse ones among the given slots.</summary>
    internal static void Clear<T>(Span<T> gradients, ReadOnlySpan<Slot> slots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref readonly Slot slot in slots)
        {
            if (slot.Touched is { IsSparse: true } touched)
            {
                foreach (int row in touched.All)
                {
                    gradients.Slice(slot.Offset + (row * slot.Columns), slot.Columns).Clear();
                }

                touched.Clear();
            }
        }
    }

    /// <summary>Updates a slot's parameters; of a sparse one only the rows that the gradient has.</summary>
    internal static void Update<T>(ParameterUpdate<T> update, Span<T> parameters, ReadOnlySpan<T> gradients, in Slot slot)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> values = parameters.Slice(slot.Offset, slot.Length);
        ReadOnlySpan<T> gradient = gradients.Slice(slot.Offset, slot.Length);
        if (slot.Touched is { IsSparse: true } touched)
        {
            update.RunRows(values, gradient, slot.Offset, slot.Columns, touched.All);
        }
        else
        {
            update.Run(values, gradient, slot.Offset);
        }
    }
}
