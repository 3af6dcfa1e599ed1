using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The products of sparse rows are those of the dense matrix, exactly where all numbers are small integers.</summary>
public sealed class SparseFullyConnectedTests
{
    /// <summary>Every width of the outputs up to several vectors of every kind, and rows of any number of elements.</summary>
    [Property]
    public void The_products_of_integers_are_those_of_the_dense_matrix(ulong seed) => Check<float>(seed);

    /// <inheritdoc cref="The_products_of_integers_are_those_of_the_dense_matrix"/>
    [Property]
    public void The_products_of_integers_in_double_are_those_of_the_dense_matrix(ulong seed) => Check<double>(seed);

    private static void Check<T>(ulong seed)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var random = new SplitMix64(seed);
        (int rows, int columns) = (random.NextInt(6), 1 + random.NextInt(40));
        int outputs = 1 + random.NextInt(random.NextInt(2) == 0 ? 20 : 150);
        SparseRows<T> x = Rows<T>(random, rows, columns);
        TensorBuffer<T> dense = x.ToDense();
        (TensorBuffer<T> w, TensorBuffer<T> b) = (Integers<T>(random, columns, outputs), Integers<T>(random, 1, outputs));
        (TensorBuffer<T> y, TensorBuffer<T> expected) = (new(rows, outputs), new(rows, outputs));
        y.Span.Fill(T.NaN);
        foreach (bool hasBias in (bool[])[true, false])
        {
            ReadOnlyTensorView<T> bias = hasBias ? b.View : default(ReadOnlyTensorView<T>);
            SparseFullyConnected.Forward(x.View, w.View, bias, y.View);
            FullyConnected.Forward(dense.View, w.View, bias, expected.View);
            Assert.Equal(expected.Span.ToArray(), y.Span.ToArray());
        }

        TensorBuffer<T> g = Integers<T>(random, rows, outputs);
        foreach (bool accumulate in (bool[])[false, true])
        {
            (TensorBuffer<T> gradW, TensorBuffer<T> gradB) = (Integers<T>(random, columns, outputs), Integers<T>(random, 1, outputs));
            (TensorBuffer<T> expectedW, TensorBuffer<T> expectedB) =
                (TensorBuffer.Copy<T>(gradW.View), TensorBuffer.Copy<T>(gradB.View));
            SparseFullyConnected.Backward(x.View, g.View, gradW.View, gradB.View, accumulate);
            FullyConnected.Backward(dense.View, w.View, g.View, default, expectedW.View, expectedB.View, accumulate);
            Assert.Equal(expectedW.Span.ToArray(), gradW.Span.ToArray());
            Assert.Equal(expectedB.Span.ToArray(), gradB.Span.ToArray());
        }
    }

    [Fact]
    public void A_slice_of_rows_has_the_products_of_its_rows()
    {
        var random = new SplitMix64(4);
        SparseRows<float> x = Rows<float>(random, 9, 12);
        TensorBuffer<float> w = Integers<float>(random, 12, 5);
        (TensorBuffer<float> all, TensorBuffer<float> some) = (new(9, 5), new(4, 5));
        SparseFullyConnected.Forward(x.View, w.View, default, all.View);
        SparseFullyConnected.Forward(x.View.SliceRows(3, 4), w.View, default, some.View);
        Assert.Equal(all.View.SliceRows(3, 4).ToArray(), some.Span.ToArray());
        (TensorBuffer<float> ofSlice, TensorBuffer<float> ofRows) = (new(12, 5), new(12, 5));
        SparseFullyConnected.Backward(x.View.SliceRows(3, 4), some.View, ofSlice.View, default);
        SparseFullyConnected.Backward(x.Select([3, 4, 5, 6]).View, some.View, ofRows.View, default);
        Assert.Equal(ofRows.Span.ToArray(), ofSlice.Span.ToArray());
    }

    [Fact]
    public void Weights_of_columns_without_elements_are_not_read()
    {
        var x = new SparseRows<double>([0, 1], [1], [2], 3);
        double[,] w = { { double.NaN }, { 3 }, { double.PositiveInfinity } };
        double[] y = [0];
        SparseFullyConnected.Forward<double>(x.View, w, default, y.AsSpan());
        Assert.Equal(6, y[0]);
    }

    [Fact]
    public void Wrong_shapes_indices_and_shared_memory_are_refused_before_anything_is_written()
    {
        int[] indices = [0, 2];
        float[] values = [1, 2];
        float[] weights = new float[6], output = [7, 7];
        Assert.Throws<ArgumentException>("weights", () => Forward(new float[4].AsView(2, 2), output));
        Assert.Throws<ArgumentException>("output", () => Forward(weights.AsView(3, 2), new float[4].AsView(2, 2)));
        Assert.Throws<ArgumentException>(() => Forward(weights.AsView(3, 2), weights.AsView(1, 2)));
        Assert.Throws<ArgumentException>(() => Forward(weights.AsView(3, 2), values.AsView(1, 2)));

        // The memory of a view may change after its checks.
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>("input", () =>
        {
            var view = new SparseRowsView<float>([0, 2], indices, values, 3);
            indices[1] = 3;
            SparseFullyConnected.Forward(view, weights.AsView(3, 2), default, output.AsView(1, 2));
        });
        Assert.Contains("Row 0 has an element in column 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("input", () =>
        {
            indices[1] = 2;
            var view = new SparseRowsView<float>([0, 2], indices, values, 3);
            indices[1] = -1;
            SparseFullyConnected.Backward(view, output.AsView(1, 2), weights.AsView(3, 2), default);
        });
        Assert.Equal([7, 7], output);

        void Forward(TensorView<float> w, TensorView<float> y) =>
            SparseFullyConnected.Forward(new SparseRowsView<float>([0, 2], indices, values, 3), w, default, y);
    }

    /// <summary>Small integers, of which a row may have one column more than once.</summary>
    internal static SparseRows<T> Rows<T>(SplitMix64 random, int rows, int columns)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        List<int> starts = [0], indices = [];
        for (int row = 0; row < rows; row++)
        {
            for (int count = random.NextInt(2 * columns); count > 0; count--)
            {
                indices.Add(random.NextInt(columns));
            }

            starts.Add(indices.Count);
        }

        return new([.. starts], [.. indices], Integers<T>(random, 1, indices.Count).Span, columns);
    }

    private static TensorBuffer<T> Integers<T>(SplitMix64 random, int rows, int columns)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var buffer = new TensorBuffer<T>(rows, columns);
        foreach (ref T element in buffer.Span)
        {
            element = T.CreateTruncating(random.NextInt(9) - 4);
        }

        return buffer;
    }
}
