using System.Numerics.Tensors;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>From arrays, spans, two-dimensional arrays and the base class library's tensor spans, and back, without a copy.</summary>
public sealed class ConversionTests
{
    [Fact]
    public void Arrays_and_spans_are_one_row()
    {
        float[] array = [1, 2, 3];
        TensorView<float> fromArray = array;
        TensorView<float> fromSpan = array.AsSpan();
        ReadOnlyTensorView<float> readOnlyFromArray = array;
        ReadOnlyTensorView<float> readOnlyFromSpan = array.AsSpan();
        ReadOnlyTensorView<float> readOnlyFromReadOnlySpan = (ReadOnlySpan<float>)array;
        ReadOnlyTensorView<float> readOnlyFromView = fromArray;
        fromArray[0, 1] = 7;
        Assert.Equal((1, 3, 7f), (fromSpan.Rows, fromSpan.Columns, fromSpan[0, 1]));
        Assert.Equal((1, 3, 7f), (readOnlyFromArray.Rows, readOnlyFromArray.Columns, readOnlyFromArray[0, 1]));
        Assert.Equal((1, 3, 7f), (readOnlyFromSpan.Rows, readOnlyFromSpan.Columns, readOnlyFromSpan[0, 1]));
        Assert.Equal((1, 3, 7f), (readOnlyFromReadOnlySpan.Rows, readOnlyFromReadOnlySpan.Columns, readOnlyFromReadOnlySpan[0, 1]));
        Assert.Equal((1, 3, 7f), (readOnlyFromView.Rows, readOnlyFromView.Columns, readOnlyFromView[0, 1]));
        Assert.Equal(7, array[1]);
    }

    [Fact]
    public void Two_dimensional_arrays_keep_their_shape()
    {
        double[,] array = { { 1, 2, 3 }, { 4, 5, 6 } };
        TensorView<double> view = array;
        ReadOnlyTensorView<double> readOnly = array;
        view[1, 0] = 9;
        Assert.Equal((2, 3, 9.0), (view.Rows, view.Columns, array[1, 0]));
        Assert.Equal((2, 3, 9.0), (readOnly.Rows, readOnly.Columns, readOnly[1, 0]));

        TensorView<double> noRows = new double[0, 3];
        ReadOnlyTensorView<double> noColumns = new double[3, 0];
        Assert.Equal((0, 3), (noRows.Rows, noRows.Columns));
        Assert.Equal((3, 0), (noColumns.Rows, noColumns.Columns));
    }

    [Fact]
    public void Null_is_empty()
    {
        float[]? none = null;
        float[,]? noneEither = null;
        TensorView<float> view = none;
        ReadOnlyTensorView<float> readOnly = none;
        TensorView<float> ofTwo = noneEither;
        Assert.True(view.IsEmpty && readOnly.IsEmpty && ofTwo.IsEmpty && none.AsView().IsEmpty && none.AsView(0, 5).IsEmpty);
        Assert.Throws<ArgumentException>(() => none.AsView(1, 1));
    }

    /// <summary>That this compiles is half of the test.</summary>
    [Fact]
    public void User_code_never_spells_the_element_type()
    {
        float[] a = [1, 2, 3, 4];
        float[,] b = { { 1, 0 }, { 0, 1 } };
        Span<float> c = stackalloc float[4];
        ReadOnlySpan<float> readOnly = a;
        MatMul.Multiply(a.AsView(2, 2), b.AsView(), c.AsView(2, 2));
        Assert.Equal(a, c.ToArray());
        MatMul.Multiply(readOnly.AsView(2, 2), b, c.AsView(2, 2), accumulate: true);
        Assert.Equal([2, 4, 6, 8], c.ToArray());
        Assert.Equal(4, a.AsView().Columns);
    }

    [Property]
    public void Tensor_spans_share_the_views_elements(Matrix<double, Ordinary> matrix)
    {
        StridedMatrix<double> memory = matrix.Strided();
        TensorView<double> view = memory.View;
        TensorSpan<double> tensor = view.AsTensorSpan();
        ReadOnlyTensorSpan<double> readOnly = view.AsReadOnly().AsReadOnlyTensorSpan();
        Assert.Equal([matrix.Rows, matrix.Columns], tensor.Lengths.ToArray());
        Assert.Equal([matrix.Rows, matrix.Columns], readOnly.Lengths.ToArray());
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int column = 0; column < matrix.Columns; column++)
            {
                tensor[row, column] = (1000 * row) + column;
                Assert.Equal((1000 * row) + column, view[row, column]);
                view[row, column] = -column;
                Assert.Equal(-column, tensor[row, column]);
                Assert.Equal(-column, readOnly[row, column]);
            }
        }

        memory.AssertCanariesAlive();

        TensorView<double> back = tensor.AsView();
        ReadOnlyTensorView<double> readOnlyBack = readOnly.AsView();
        Assert.Equal((matrix.Rows, matrix.Columns), (back.Rows, back.Columns));
        Assert.Equal((matrix.Rows, matrix.Columns), (readOnlyBack.Rows, readOnlyBack.Columns));
        Assert.True(view.IsEmpty || Overlap.AreSame<double>(view, back));
        Assert.True(view.IsEmpty || Overlap.AreSame(view, readOnlyBack));
    }

    [Property]
    public void Views_share_the_tensor_spans_elements(Matrix<float, Ordinary> matrix)
    {
        float[] memory = new float[(matrix.Rows + 1) * (matrix.Columns + 3)];
        nint stride = matrix.Columns + matrix.Gap;
        nint[] strides = [matrix.Rows <= 1 || matrix.Columns == 0 ? 0 : stride, matrix.Columns <= 1 ? 0 : 1];
        var tensor = new TensorSpan<float>(memory, [matrix.Rows, matrix.Columns], strides);
        TensorView<float> view = tensor.AsView();
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int column = 0; column < matrix.Columns; column++)
            {
                view[row, column] = (1000 * row) + column;
                Assert.Equal((1000 * row) + column, tensor[row, column]);
            }
        }
    }

    [Fact]
    public void A_slice_of_a_tensor_is_a_strided_view()
    {
        Tensor<float> tensor = Tensor.Create<float>([.. Enumerable.Range(0, 20).Select(i => (float)i)], [4, 5]);
        TensorView<float> view = tensor.AsTensorSpan().Slice([1..3, 2..4]).AsView();
        Assert.Equal((2, 2, 5), (view.Rows, view.Columns, view.RowStride));
        Assert.Equal((7f, 8f, 12f, 13f), (view[0, 0], view[0, 1], view[1, 0], view[1, 1]));
    }

    [Fact]
    public void A_tensor_span_of_rank_one_is_one_row()
    {
        double[] memory = [1, 2, 3, 4];
        TensorView<double> view = new TensorSpan<double>(memory, [4]).AsView();
        ReadOnlyTensorView<double> readOnly = new ReadOnlyTensorSpan<double>(memory, [4]).AsView();
        view[0, 3] = 8;
        Assert.Equal((1, 4, 8.0), (readOnly.Rows, readOnly.Columns, readOnly[0, 3]));
    }

    [Fact]
    public void Tensor_spans_that_are_no_matrices_of_contiguous_rows_are_refused_by_number()
    {
        var memory = new float[60];
        foreach ((string part, Action convert) in new (string, Action)[]
        {
            ("has 3", () => new TensorSpan<float>(memory, [3, 4, 5]).AsView()),
            ("has 3", () => new ReadOnlyTensorSpan<float>(memory, [3, 4, 5]).AsView()),
            ("stride is 4", () => new TensorSpan<float>(memory, [4, 3], [1, 4]).AsView()), // a transposed matrix
            ("stride is 2", () => new ReadOnlyTensorSpan<float>(memory, [4, 3], [10, 2]).AsView()),
            ("stride is 2", () => new TensorSpan<float>(memory, [5], [2]).AsView()),
            ("row stride of 0", () => new ReadOnlyTensorSpan<float>(memory, [4, 3], [0, 1]).AsView()), // one row, broadcast
        })
        {
            ArgumentException exception = Assert.Throws<ArgumentException>("tensor", convert);
            Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        }
    }
}
