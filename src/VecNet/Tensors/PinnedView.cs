using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A view of memory that does not move, as a field of an object: other threads can use it while the memory is pinned.</summary>
internal readonly unsafe struct PinnedView<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* pointer;
    private readonly int rows;
    private readonly int columns;
    private readonly int rowStride;

    internal PinnedView(T* pointer, in ReadOnlyTensorView<T> view)
    {
        this.pointer = pointer;
        rows = view.Rows;
        columns = view.Columns;
        rowStride = view.RowStride;
    }

    /// <summary>The view.</summary>
    internal TensorView<T> View
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(
            rows, columns, rowStride, rows == 0 || columns == 0 ? default : new Span<T>(pointer, ((rows - 1) * rowStride) + columns));
    }
}

/// <summary>The views of a call and the offsets of its sequences, pinned together.</summary>
internal unsafe struct PinnedViews<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Elements views;
    private int* offsets;
    private int* otherOffsets;
    private int count;

    /// <summary>The number of offsets.</summary>
    internal readonly ReadOnlySpan<int> Offsets => new(offsets, count);

    /// <summary>The offsets of other rows of the same sequences.</summary>
    internal readonly ReadOnlySpan<int> OtherOffsets => new(otherOffsets, count);

    /// <summary>One of the views.</summary>
    internal readonly TensorView<T> this[int index] => views[index].View;

    /// <summary>Runs an action while the memory of all views is pinned.</summary>
    internal static void Run(
        IPinnedAction<T> action,
        ReadOnlySpan<int> offsets,
        ReadOnlySpan<int> otherOffsets,
        ReadOnlyTensorView<T> view0,
        ReadOnlyTensorView<T> view1,
        ReadOnlyTensorView<T> view2,
        ReadOnlyTensorView<T> view3,
        ReadOnlyTensorView<T> view4,
        ReadOnlyTensorView<T> view5,
        ReadOnlyTensorView<T> view6 = default,
        ReadOnlyTensorView<T> view7 = default,
        ReadOnlyTensorView<T> view8 = default,
        ReadOnlyTensorView<T> view9 = default)
    {
        fixed (int* first = offsets, second = otherOffsets)
        fixed (T* p0 = view0.Span, p1 = view1.Span, p2 = view2.Span, p3 = view3.Span, p4 = view4.Span)
        fixed (T* p5 = view5.Span, p6 = view6.Span, p7 = view7.Span, p8 = view8.Span, p9 = view9.Span)
        {
            PinnedViews<T> pinned = default;
            pinned.offsets = first;
            pinned.otherOffsets = second;
            pinned.count = offsets.Length;
            pinned.views[0] = new(p0, view0);
            pinned.views[1] = new(p1, view1);
            pinned.views[2] = new(p2, view2);
            pinned.views[3] = new(p3, view3);
            pinned.views[4] = new(p4, view4);
            pinned.views[5] = new(p5, view5);
            pinned.views[6] = new(p6, view6);
            pinned.views[7] = new(p7, view7);
            pinned.views[8] = new(p8, view8);
            pinned.views[9] = new(p9, view9);
            action.Run(pinned);
        }
    }

    [InlineArray(10)]
    private struct Elements
    {
        private PinnedView<T> first;
    }
}

/// <summary>What runs while views are pinned.</summary>
internal interface IPinnedAction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Uses the views, which are valid until it returns.</summary>
    void Run(in PinnedViews<T> views);
}
