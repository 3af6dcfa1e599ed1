using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>Rows divided by their lengths.</summary>
internal static class UnitRows
{
    /// <summary>u = x/‖x‖ for each row.</summary>
    /// <param name="rows">The rows x.</param>
    /// <param name="units">The rows u, overwritten.</param>
    /// <param name="lengths">The lengths ‖x‖, for the backward pass, overwritten.</param>
    internal static void Forward<T>(ReadOnlyTensorView<T> rows, TensorView<T> units, Span<T> lengths)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            lengths[row] = T.Max(TensorPrimitives.Norm(rows.Row(row)), T.CreateTruncating(1e-12));
            TensorPrimitives.Divide(rows.Row(row), lengths[row], units.Row(row));
        }
    }

    /// <summary>∂L/∂x = (g − u·(u·g))/‖x‖, with g = ∂L/∂u.</summary>
    /// <remarks>
    /// uᵢ = xᵢ/r with r = ‖x‖ and ∂r/∂xⱼ = xⱼ/r = uⱼ. So ∂uᵢ/∂xⱼ = δᵢⱼ/r − xᵢ·uⱼ/r² = (δᵢⱼ − uᵢ·uⱼ)/r, and
    /// ∂L/∂xⱼ = Σᵢ gᵢ·(δᵢⱼ − uᵢ·uⱼ)/r = (gⱼ − uⱼ·Σᵢ gᵢ·uᵢ)/r: what points along u does not change its direction, and is removed.
    /// </remarks>
    /// <param name="units">The rows u.</param>
    /// <param name="lengths">The lengths ‖x‖.</param>
    /// <param name="gradUnits">g.</param>
    /// <param name="gradRows">∂L/∂x, overwritten; may be g.</param>
    internal static void Backward<T>(
        ReadOnlyTensorView<T> units, ReadOnlySpan<T> lengths, ReadOnlyTensorView<T> gradUnits, TensorView<T> gradRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < units.Rows; row++)
        {
            T along = TensorPrimitives.Dot(units.Row(row), gradUnits.Row(row));
            TensorPrimitives.MultiplyAdd(units.Row(row), -along, gradUnits.Row(row), gradRows.Row(row));
            TensorPrimitives.Divide(gradRows.Row(row), lengths[row], gradRows.Row(row));
        }
    }
}
