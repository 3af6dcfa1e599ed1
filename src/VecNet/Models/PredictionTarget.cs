using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>The destinations of predictions; those that are empty are not computed.</summary>
internal readonly ref struct PredictionTarget<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The numbers of each row, in the units of the targets; if they are requested, nothing else is.</summary>
    internal TensorView<double> Numbers { get; init; }

    /// <summary>The probabilities of all classes.</summary>
    internal TensorView<T> Probabilities { get; init; }

    /// <summary>The most probable class of each row; requested together with <see cref="ClassProbabilities"/>.</summary>
    internal Span<int> Classes { get; init; }

    /// <summary>The probabilities of these classes.</summary>
    internal Span<T> ClassProbabilities { get; init; }

    /// <summary>Writes NaN for a row from which nothing can be predicted.</summary>
    internal void Invalidate(int row)
    {
        if (!Numbers.IsEmpty)
        {
            Numbers.Row(row).Fill(double.NaN);
        }

        if (!Probabilities.IsEmpty)
        {
            Probabilities.Row(row).Fill(T.NaN);
        }

        if (!Classes.IsEmpty)
        {
            (Classes[row], ClassProbabilities[row]) = (0, T.NaN);
        }
    }

    /// <summary>Writes the probabilities of the rows from <paramref name="start"/> on.</summary>
    internal void Write(int start, TensorView<T> probabilities)
    {
        if (!Probabilities.IsEmpty)
        {
            probabilities.CopyTo(Probabilities.SliceRows(start, probabilities.Rows));
        }

        for (int row = 0; row < probabilities.Rows && !Classes.IsEmpty; row++)
        {
            int likeliest = TensorPrimitives.IndexOfMax<T>(probabilities.Row(row));
            Classes[start + row] = likeliest;
            ClassProbabilities[start + row] = probabilities.Row(row)[likeliest];
        }
    }
}
