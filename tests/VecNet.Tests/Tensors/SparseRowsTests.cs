using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Compressed sparse rows: what they store, how they are cut, and what is not one.</summary>
public sealed class SparseRowsTests
{
    private static readonly int[] Starts = [0, 2, 2, 5];
    private static readonly int[] Indices = [3, 0, 1, 1, 2];
    private static readonly float[] Values = [4, -1, 0.5f, 2, 0];

    private static SparseRows<float> Example => new(Starts, Indices, Values, 4);

    [Fact]
    public void Elements_are_where_they_were_put_and_equal_columns_add_up()
    {
        SparseRows<float> rows = Example;
        Assert.Equal((3, 4, 5), (rows.Rows, rows.Columns, rows.StoredElements));
        float[,] expected = { { -1, 0, 0, 4 }, { 0, 0, 0, 0 }, { 0, 2.5f, 0, 0 } };
        Assert.Equal(expected, rows.ToDense().View.To2DArray());
        Assert.Equal([1, 1, 2], rows.View.GetColumnIndices(2).ToArray());
        Assert.Equal([0.5f, 2, 0], rows.View.GetValues(2).ToArray());
        Assert.Equal("3×4, 5 stored elements", rows.View.ToString());
    }

    [Fact]
    public void The_arrays_are_copied()
    {
        int[] indices = [.. Indices];
        var rows = new SparseRows<float>(Starts, indices, Values, 4);
        indices[0] = 99;
        Assert.Equal(3, rows.View.GetColumnIndices(0)[0]);
    }

    [Fact]
    public void Rows_can_be_sliced_and_selected()
    {
        SparseRows<float> rows = Example;
        SparseRowsView<float> last = rows.View.SliceRows(1, 2);
        Assert.Equal((2, 3), (last.Rows, last.StoredElements));
        Assert.Equal([0.5f, 2, 0], last.GetValues(1).ToArray());
        Assert.Equal(0, rows.View.SliceRows(3, 0).Rows);
        SparseRows<float> selected = rows.Select([2, 0, 2]);
        Assert.Equal((3, 8), (selected.Rows, selected.StoredElements));
        Assert.Equal([4f, -1f], selected.View.GetValues(1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>("row", () => rows.Select([3]));
        Assert.Throws<ArgumentOutOfRangeException>("start", () => rows.View.SliceRows(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>("row", () => rows.View.GetValues(3));
    }

    [Property]
    public void A_dense_matrix_comes_back(Matrix<double, Integers> matrix)
    {
        TensorBuffer<double> dense = matrix.Owned();
        for (int i = 0; i < dense.Length; i += 2)
        {
            dense.Span[i] = 0;
        }

        SparseRows<double> sparse = SparseRows.FromDense<double>(dense.View);
        Assert.Equal(dense.Span.ToArray().Count(value => value != 0), sparse.StoredElements);
        Assert.Equal(dense.Span.ToArray(), sparse.ToDense().Span.ToArray());
    }

    [Fact]
    public void What_is_not_sparse_rows_is_refused_with_the_row()
    {
        Refuses<ArgumentException>("There are no row starts", [], [], [], 1);
        Refuses<ArgumentException>("There are 1 column indices and 2 values.", [0, 1], [0], [1, 2], 1);
        Refuses<ArgumentException>("The start of row 1 is 2; it must be from 0 to 1.", [0, 2], [0], [1], 1);
        Refuses<ArgumentException>("The start of row 2 is 0; it must be from 1 to 1.", [0, 1, 0], [0], [1], 1);
        Refuses<ArgumentException>("The start of row 0 is -1", [-1, 1], [0], [1], 1);
        Refuses<ArgumentOutOfRangeException>("Row 1 has an element in column 4; there are 4 columns", [0, 1, 3], [0, 3, 4], [1, 1, 1], 4);
        Refuses<ArgumentOutOfRangeException>("Row 0 has an element in column -1", [0, 1], [-1], [1], 4);
        Refuses<ArgumentOutOfRangeException>("Row 0 has an element in column 0; there are 0 columns", [0, 1], [0], [1], 0);
        Refuses<ArgumentOutOfRangeException>("columns", [0], [], [], -1);
        SparseRowsView<float> none = default;
        Assert.Equal((0, 0, true), (none.Rows, none.StoredElements, none.IsEmpty));
    }

    private static void Refuses<TException>(string message, int[] starts, int[] indices, float[] values, int columns)
        where TException : ArgumentException
    {
        Assert.Contains(
            message,
            Assert.Throws<TException>(() => new SparseRows<float>(starts, indices, values, columns)).Message,
            StringComparison.Ordinal);
        Assert.Throws<TException>(() => new SparseRowsView<float>(starts, indices, values, columns).Rows);
    }
}
