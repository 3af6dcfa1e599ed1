using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The targets of a batch: the class index of each row, or a row of values for each.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct Targets<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The class of each row, from 0.</summary>
    public Targets(ReadOnlySpan<int> classes)
    {
        Classes = classes;
        AreClasses = true;
    }

    /// <summary>The values of each row: a distribution over the classes, or the numbers to be predicted.</summary>
    public Targets(ReadOnlyTensorView<T> values) => Values = values;

    /// <summary>Whether the targets are class indices.</summary>
    public bool AreClasses { get; }

    /// <summary>The class of each row; empty where the targets are values.</summary>
    public ReadOnlySpan<int> Classes { get; }

    /// <summary>The values of each row; empty where the targets are classes.</summary>
    public ReadOnlyTensorView<T> Values { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => AreClasses ? Classes.Length : Values.Rows;

    /// <summary>Class indices.</summary>
    public static implicit operator Targets<T>(int[] classes) => new(classes);

    /// <summary>Class indices.</summary>
    public static implicit operator Targets<T>(ReadOnlySpan<int> classes) => new(classes);

    /// <summary>Class indices.</summary>
    public static implicit operator Targets<T>(Span<int> classes) => new(classes);

    /// <summary>Values.</summary>
    public static implicit operator Targets<T>(ReadOnlyTensorView<T> values) => new(values);

    /// <summary>Values.</summary>
    public static implicit operator Targets<T>(TensorView<T> values) => new(values);

    /// <summary>Values, as one row.</summary>
    public static implicit operator Targets<T>(Span<T> values) => new((ReadOnlyTensorView<T>)values);

    /// <summary>Values, as one row.</summary>
    public static implicit operator Targets<T>(ReadOnlySpan<T> values) => new((ReadOnlyTensorView<T>)values);

    /// <summary>Values, as one row.</summary>
    public static implicit operator Targets<T>(T[] values) => new(values);

    /// <summary>Values, in the array's shape.</summary>
    public static implicit operator Targets<T>(T[,] values) => new(values);

    /// <summary>The targets of <paramref name="count"/> rows from <paramref name="start"/> on.</summary>
    internal Targets<T> Slice(int start, int count) =>
        AreClasses ? new(Classes.Slice(start, count)) : new(Values.SliceRows(start, count));

    /// <summary>Throws unless there is one class index in [0, columns) for each row, or values of the prediction's shape.</summary>
    /// <param name="prediction">The predictions.</param>
    /// <param name="ignored">A class index that marks ignored rows, which need not be one of the columns; or null.</param>
    /// <param name="name">The name of the caller's parameter.</param>
    internal void Check(ReadOnlyTensorView<T> prediction, int? ignored = null, string name = "targets")
    {
        if (!AreClasses)
        {
            if (Values.Rows != prediction.Rows || Values.Columns != prediction.Columns)
            {
                throw new ArgumentException(
                    $"The targets are {Values.Rows}×{Values.Columns}; the prediction is {prediction.Rows}×{prediction.Columns}.",
                    name);
            }

            return;
        }

        if (Classes.Length != prediction.Rows)
        {
            throw new ArgumentException(
                $"There are {Classes.Length} target classes for {prediction.Rows} rows of the prediction.", name);
        }

        CheckClasses(prediction.Columns, ignored);
    }

    /// <summary>Throws unless each class index is in [0, classes) or the ignored one.</summary>
    internal void CheckClasses(int classes, int? ignored)
    {
        ReadOnlySpan<int> all = Classes;
        for (int row = 0; row < all.Length; row++)
        {
            if ((uint)all[row] >= (uint)classes && all[row] != ignored)
            {
                ThrowClass(row, all[row], classes);
            }
        }
    }

    [DoesNotReturn]
    private static void ThrowClass(int row, int target, int classes) => throw new ArgumentOutOfRangeException(
        "targets", target, $"The target class of row {row} is {target}; there are {classes} classes, from 0 on.");

    /// <summary>Throws if the targets share an element with the gradient.</summary>
    internal void CheckDisjoint(TensorView<T> gradient, [CallerArgumentExpression(nameof(gradient))] string name = "")
    {
        Overlap.CheckDisjoint(Values, gradient, "targets", name);
        Overlap.CheckDisjoint(Classes, gradient, "targets", name);
    }

    /// <summary>Throws unless the targets are the same view as the gradient or share no elements with it.</summary>
    internal void CheckSameOrDisjoint(TensorView<T> gradient, [CallerArgumentExpression(nameof(gradient))] string name = "")
    {
        Overlap.CheckSameOrDisjoint(Values, gradient, "targets", name);
        Overlap.CheckDisjoint(Classes, gradient, "targets", name);
    }

    /// <summary>Throws if the targets are class indices, which the named loss does not support.</summary>
    internal void CheckValues(string loss)
    {
        if (AreClasses)
        {
            throw new ArgumentException($"{loss} needs target values, not class indices.", "targets");
        }
    }
}
