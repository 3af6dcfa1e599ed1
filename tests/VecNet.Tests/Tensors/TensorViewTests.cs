using System.Diagnostics;
using System.Numerics;
using System.Reflection;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Construction, indexing, rows, slices, copying and filling, of both kinds of view.</summary>
public sealed class TensorViewTests
{
    [Theory]
    [InlineData(3, 4, 4, 12)]
    [InlineData(3, 4, 6, 16)] // the last row needs no gap behind it
    [InlineData(1, 4, 100, 4)]
    [InlineData(0, 4, 4, 0)]
    [InlineData(3, 0, 0, 0)]
    [InlineData(3, 0, 9, 0)]
    public void A_view_needs_exactly_the_elements_up_to_its_last_one(int rows, int columns, int rowStride, int required)
    {
        var view = new TensorView<float>(new float[required], rows, columns, rowStride);
        var readOnly = new ReadOnlyTensorView<float>(new float[required], rows, columns, rowStride);
        Assert.Equal((rows, columns, rowStride, rows * columns), (view.Rows, view.Columns, view.RowStride, view.Length));
        Assert.Equal((rows, columns, rowStride, rows * columns), (readOnly.Rows, readOnly.Columns, readOnly.RowStride, readOnly.Length));
        Assert.Equal(rows * columns == 0, view.IsEmpty);
        Assert.Equal(rows * columns == 0, readOnly.IsEmpty);

        if (required > 0)
        {
            foreach (Action construct in new Action[]
            {
                () => _ = new TensorView<float>(new float[required - 1], rows, columns, rowStride),
                () => _ = new ReadOnlyTensorView<float>(new float[required - 1], rows, columns, rowStride),
            })
            {
                ArgumentException exception = Assert.Throws<ArgumentException>("span", construct);
                Assert.Contains($"{rows}×{columns}", exception.Message, StringComparison.Ordinal);
                Assert.Contains($"{required} ", exception.Message, StringComparison.Ordinal);
                Assert.Contains($"{required - 1}.", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Negative_sizes_and_strides_below_the_width_are_refused_by_name_and_number()
    {
        var memory = new double[100];
        foreach ((string name, string[] numbers, Action construct) in new (string, string[], Action)[]
        {
            ("rows", ["-1"], () => _ = new TensorView<double>(memory, -1, 4)),
            ("rows", ["-1"], () => _ = new ReadOnlyTensorView<double>(memory, -1, 4)),
            ("columns", ["-2"], () => _ = new TensorView<double>(memory, 3, -2)),
            ("columns", ["-2"], () => _ = new ReadOnlyTensorView<double>(memory, 3, -2)),
            ("rowStride", ["3", "4"], () => _ = new TensorView<double>(memory, 3, 4, 3)),
            ("rowStride", ["3", "4"], () => _ = new ReadOnlyTensorView<double>(memory, 3, 4, 3)),
            ("rowStride", ["-4", "4"], () => _ = new TensorView<double>(memory, 3, 4, -4)),
        })
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(name, construct);
            Assert.All(numbers, number => Assert.Contains(number, exception.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Sizes_whose_product_overflows_are_too_long_and_not_too_short()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => _ = new TensorView<float>(new float[100], 1 << 16, 1 << 16));
        Assert.Contains("4294967296", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _ = new TensorView<float>(new float[100], int.MaxValue, int.MaxValue));
        Assert.Throws<ArgumentException>(() => _ = new ReadOnlyTensorView<float>(new float[100], 3, 1, int.MaxValue));
    }

    [Property]
    public void Element_row_and_stride_agree(Matrix<double, Ordinary> matrix)
    {
        StridedMatrix<double> strided = matrix.Strided();
        TensorView<double> view = strided.View;
        ReadOnlyTensorView<double> readOnly = view;
        Assert.Equal(matrix.Gap == 0 || matrix.Rows <= 1, view.IsContiguous);
        Assert.Equal(view.IsContiguous, readOnly.IsContiguous);
        for (int row = 0; row < matrix.Rows; row++)
        {
            Assert.Equal(matrix.Columns, view.Row(row).Length);
            Assert.Equal(matrix.Columns, readOnly.Row(row).Length);
            for (int column = 0; column < matrix.Columns; column++)
            {
                ref double element = ref view.Span[(row * view.RowStride) + column];
                element = (1000 * row) + column;
                Assert.Equal(element, view[row, column]);
                Assert.Equal(element, readOnly[row, column]);
                Assert.Equal(element, view.Row(row)[column]);
                Assert.Equal(element, readOnly.Row(row)[column]);
            }
        }
    }

    [Property]
    public void Indices_outside_are_refused(Matrix<float, Ordinary> matrix)
    {
        (int rows, int columns) = (matrix.Rows, matrix.Columns);
        StridedMatrix<float> memory = matrix.Strided();
        foreach ((int row, int column, string name) in new[]
        {
            (-1, 0, "row"), (rows, 0, "row"), (0, -1, "column"), (0, columns, "column"),
            (int.MinValue, 0, "row"), (0, int.MaxValue, "column"),
        })
        {
            // With no rows every index is refused for its row.
            string expected = rows == 0 ? "row" : name;
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
                expected, () => _ = memory.View[row, column]);
            Assert.Contains(expected == "row" ? $"{rows} rows" : $"{columns} columns", exception.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(expected, () => _ = memory.View.AsReadOnly()[row, column]);
        }

        Assert.Throws<ArgumentOutOfRangeException>("row", () => _ = memory.View.Row(-1));
        Assert.Throws<ArgumentOutOfRangeException>("row", () => _ = memory.View.Row(rows));
        Assert.Throws<ArgumentOutOfRangeException>("row", () => _ = memory.View.AsReadOnly().Row(rows));
    }

    [Property]
    public void A_slice_is_the_block_itself(Matrix<double, Ordinary> matrix, byte a, byte b, byte c, byte d)
    {
        TensorView<double> view = matrix.Strided().View;
        int row = a % (matrix.Rows + 1);
        int column = b % (matrix.Columns + 1);
        int rows = c % (matrix.Rows - row + 1);
        int columns = d % (matrix.Columns - column + 1);
        TensorView<double> slice = view.Slice(row, column, rows, columns);
        ReadOnlyTensorView<double> readOnly = view.AsReadOnly().Slice(row, column, rows, columns);
        Assert.Equal((rows, columns), (slice.Rows, slice.Columns));
        Assert.Equal((rows, columns), (readOnly.Rows, readOnly.Columns));
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                slice[i, j] = (1000 * i) + j;
                Assert.Equal((1000 * i) + j, view[row + i, column + j]);
                Assert.Equal((1000 * i) + j, readOnly[i, j]);
            }
        }

        Bits.AssertSame<double>(view.Slice(row, 0, rows, matrix.Columns), view.SliceRows(row, rows), "rows");
        Bits.AssertSame<double>(view.Slice(0, column, matrix.Rows, columns), view.SliceColumns(column, columns), "columns");
        Bits.AssertSame(view.AsReadOnly().SliceRows(row, rows), view.SliceRows(row, rows), "read-only rows");
        Bits.AssertSame(view.AsReadOnly().SliceColumns(column, columns), view.SliceColumns(column, columns), "read-only columns");
    }

    [Theory]
    [InlineData(-1, 0, 1, 1)]
    [InlineData(0, -1, 1, 1)]
    [InlineData(0, 0, -1, 1)]
    [InlineData(0, 0, 1, -1)]
    [InlineData(4, 0, 1, 1)]
    [InlineData(2, 0, 3, 1)]
    [InlineData(0, 3, 1, 3)]
    [InlineData(5, 0, 0, 0)]
    [InlineData(1, 0, int.MaxValue, 1)]
    [InlineData(0, int.MaxValue, 1, int.MaxValue)]
    public void Slices_that_are_not_inside_are_refused(int row, int column, int rows, int columns)
    {
        var memory = new float[20];
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = memory.AsView(4, 5).Slice(row, column, rows, columns));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = memory.AsView(4, 5).AsReadOnly().Slice(row, column, rows, columns));
    }

    [Fact]
    public void A_refused_slice_names_what_was_asked_and_what_there_is()
    {
        string message =
            Assert.Throws<ArgumentOutOfRangeException>("start", () => _ = new float[20].AsView(4, 5).SliceColumns(3, 7)).Message;
        Assert.Contains("7 columns from 3", message, StringComparison.Ordinal);
        Assert.Contains("5 columns", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_views_without_gaps_are_one_span()
    {
        var memory = new double[20];
        Assert.Equal(20, memory.AsView(4, 5).AsSpan().Length);
        Assert.Equal(2, memory.AsView(4, 5).Slice(1, 2, 1, 2).AsSpan().Length);
        Assert.True(memory.AsSpan(7, 2) == memory.AsView(4, 5).Slice(1, 2, 1, 2).AsSpan());
        foreach (Action action in new Action[]
        {
            () => memory.AsView(4, 5).SliceColumns(0, 3).AsSpan(), () => memory.AsView(4, 5).SliceColumns(0, 3).AsReadOnly().AsSpan(),
        })
        {
            string message = Assert.Throws<InvalidOperationException>(action).Message;
            Assert.Contains("4×3", message, StringComparison.Ordinal);
            Assert.Contains("5", message, StringComparison.Ordinal);
        }
    }

    [Property]
    public void Copying_filling_and_clearing_leave_gaps_alone(Matrix<float, Wild> matrix, byte gap)
    {
        StridedMatrix<float> source = matrix.Strided();
        StridedMatrix<float> destination = (matrix with { Gap = gap % 4 }).Strided();
        destination.View.Fill(7);
        destination.AssertCanariesAlive();
        Assert.All(TensorBuffer.Copy<float>(destination.View).Span.ToArray(), x => Assert.Equal(7, x));

        source.View.CopyTo(destination.View);
        destination.AssertCanariesAlive();
        Bits.AssertSame<float>(source.View, destination.View, "copy");
        Bits.AssertSame<float>(source.View, source.View.ToArray().AsView(matrix.Rows, matrix.Columns), "array");
        Bits.AssertSame<float>(source.View, source.View.To2DArray(), "two-dimensional array");

        destination.View.Clear();
        destination.AssertCanariesAlive();
        Assert.All(TensorBuffer.Copy<float>(destination.View).Span.ToArray(), x => Assert.True(Bits.Same(0f, x)));
        source.AssertCanariesAlive();
    }

    [Fact]
    public void Copying_onto_itself_is_nothing_and_onto_a_shifted_self_is_refused()
    {
        double[] memory = [.. Enumerable.Range(0, 20).Select(i => (double)i)];
        memory.AsView(3, 5).CopyTo(memory.AsView(3, 5));
        ArgumentException exception = Assert.Throws<ArgumentException>(() => memory.AsView(3, 5).CopyTo(memory.AsSpan(1).AsView(3, 5)));
        Assert.Contains("destination", exception.Message, StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => (double)i)], memory);
    }

    [Fact]
    public void Copying_to_another_shape_names_both()
    {
        string message = Assert.Throws<ArgumentException>(() => new float[6].AsView(2, 3).CopyTo(new float[6].AsView(3, 2))).Message;
        Assert.Contains("2×3", message, StringComparison.Ordinal);
        Assert.Contains("3×2", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 3, 3, "Single 2×3 [0, 1, 2; 3, 4, 5]")]
    [InlineData(2, 3, 5, "Single 2×3 (row stride 5) [0, 1, 2; 5, 6, 7]")]
    [InlineData(1, 4, 9, "Single 1×4 [0, 1, 2, 3]")]
    [InlineData(5, 5, 5, "Single 5×5 [0, 1, …, 4; 5, 6, …, 9; …; 20, 21, …, 24]")]
    [InlineData(0, 3, 3, "Single 0×3 []")]
    public void Description_has_shape_stride_and_corners(int rows, int columns, int rowStride, string expected)
    {
        float[] memory = [.. Enumerable.Range(0, 40).Select(i => (float)i)];
        Assert.Equal(expected, new TensorView<float>(memory, rows, columns, rowStride).ToString());
        Assert.Equal(expected, new ReadOnlyTensorView<float>(memory, rows, columns, rowStride).ToString());
    }

    [Fact]
    public void Description_is_short_whatever_the_size_and_the_same_in_every_culture()
    {
        var buffer = new TensorBuffer<double>(1000, 1000);
        buffer.View.Fill(1.0 / 3);
        Assert.StartsWith("Double 1000×1000 [0.3333, 0.3333, …", buffer.View.ToString(), StringComparison.Ordinal);
        Assert.InRange(buffer.View.ToString().Length, 1, 150);
    }

    [Theory]
    [InlineData(typeof(TensorView<float>), "{ToString(),nq}")]
    [InlineData(typeof(ReadOnlyTensorView<double>), "{ToString(),nq}")]
    [InlineData(typeof(TensorBuffer<float>), "{View.ToString(),nq}")]
    public void Debuggers_show_the_description(Type type, string expected) =>
        Assert.Equal(expected, type.GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);

    [Property]
    public void A_buffer_is_zeroed_dense_and_aligned(MatrixShape shape)
    {
        AssertBuffer<float>(shape);
        AssertBuffer<double>(shape);
    }

    [Fact]
    public void A_buffer_of_senseless_size_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => new TensorBuffer<float>(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => new TensorBuffer<float>(2, -1));
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBuffer<float>(1 << 16, 1 << 15)).Message;
        Assert.Contains("65536×32768", message, StringComparison.Ordinal);
        Assert.Contains("2147483648", message, StringComparison.Ordinal);
    }

    [Property]
    public void A_copy_is_equal_and_apart(Matrix<double, Wild> matrix)
    {
        StridedMatrix<double> source = matrix.Strided();
        TensorBuffer<double> copy = TensorBuffer.Copy<double>(source.View);
        Bits.AssertSame<double>(source.View, copy.View, "copy");
        Assert.False(Overlap.Share<double>(source.View, copy.View));
    }

    private static unsafe void AssertBuffer<T>(MatrixShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var buffer = new TensorBuffer<T>(shape.Rows, shape.Columns);
        Assert.Equal((shape.Rows, shape.Columns, shape.Rows * shape.Columns), (buffer.Rows, buffer.Columns, buffer.Length));
        Assert.Equal(buffer.Length, buffer.Span.Length);
        Assert.True(buffer.View.IsContiguous);
        Assert.All(buffer.Span.ToArray(), x => Assert.True(Bits.Same(T.Zero, x)));
        fixed (T* first = buffer.Span)
        {
            Assert.Equal(0u, (nuint)first % TensorBuffer<T>.Alignment);
        }
    }
}
