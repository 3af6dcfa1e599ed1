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

    /// <summary>Every public function and loss: arrays are read as they are, destinations are views.</summary>
    [Fact]
    public void No_function_or_loss_asks_for_the_element_type()
    {
        float[] x = [0.25f, 0.75f];
        float[] y = [0, 1];
        float[,] square = { { 1, 0 }, { 0, 1 } };
        int[] classes = [1];
        float[] z = new float[2];
        float[,] gradWeights = new float[2, 2];
        float[] gradBias = new float[2];
        MatMul.Multiply(x, square, z.AsView());
        Assert.Equal(x, z);
        MatMul.MultiplyTransposeA(x, y, gradWeights.AsView());
        MatMul.MultiplyTransposeB(x, square, z.AsView());
        Elementwise.Add(x, y, z.AsView());
        Elementwise.Subtract(x, y, z.AsView());
        Elementwise.Multiply(x, y, z.AsView());
        Elementwise.Divide(y, x, z.AsView());
        Elementwise.Scale(x, 2, z.AsView());
        Assert.Equal([0.5f, 1.5f], z);
        Sigmoid.Forward(x, z.AsView());
        Sigmoid.Backward(x, y, z.AsView());
        Tanh.Forward(x, z.AsView());
        Tanh.Backward(x, y, z.AsView());
        ReLU.Forward(x, z.AsView());
        ReLU.Backward(x, y, z.AsView());
        Softmax.Forward(x, z.AsView());
        Softmax.Backward(x, y, z.AsView());
        Dropout.FillMask(0.5, new SplitMix64(1), z.AsView());
        Dropout.Forward(x, y, z.AsView());
        Dropout.Backward(y, x, z.AsView());
        Assert.Equal([0, 0.75f], z);
        FullyConnected.Forward(x, square, y, z.AsView());
        FullyConnected.Backward(x, square, y, z.AsView(), gradWeights.AsView(), gradBias.AsView());
        Assert.Equal(y, gradBias);
        new MeanSquaredError<float>().Backward(x, y, z.AsView());
        new CategoricalCrossEntropy<float>().Backward(x, y, z.AsView());
        new CategoricalCrossEntropy<float>().Backward(x, classes, z.AsView());
        new SoftmaxCrossEntropy<float>().Backward(x, y, z.AsView());
        new SoftmaxCrossEntropy<float>().Backward(x, classes, z.AsView());
        Assert.Equal(new MeanSquaredError<float>().Forward(x.AsView(), y), new MeanSquaredError<float>().ForwardBackward(x, y, z.AsView()));
        Assert.Equal(
            new CategoricalCrossEntropy<float>().Forward(x.AsView(), classes),
            new CategoricalCrossEntropy<float>().ForwardBackward(x, classes, z.AsView()));
        Assert.Equal(
            new SoftmaxCrossEntropy<float>().Forward(x.AsView(), classes),
            new SoftmaxCrossEntropy<float>().ForwardBackward(x, classes, z.AsView()));
    }

    [Fact]
    public void Spans_are_viewed_as_one_row_without_a_copy()
    {
        double[] memory = [1, 2, 3];
        TensorView<double> view = memory.AsSpan().AsView();
        ReadOnlyTensorView<double> readOnly = ((ReadOnlySpan<double>)memory).AsView();
        view[0, 2] = 7;
        Assert.Equal((1, 3, 7.0), (view.Rows, view.Columns, memory[2]));
        Assert.Equal((1, 3, 7.0), (readOnly.Rows, readOnly.Columns, readOnly[0, 2]));
        Assert.True(Span<double>.Empty.AsView().IsEmpty && ReadOnlySpan<double>.Empty.AsView().IsEmpty);
    }

    [Fact]
    public void Targets_are_made_of_spans()
    {
        double[] values = [1, 2, 3];
        Targets<double> ofSpan = values.AsSpan();
        Targets<double> ofReadOnlySpan = (ReadOnlySpan<double>)values;
        Targets<double> ofClasses = new[] { 4, 5 }.AsSpan();
        Targets<double> ofReadOnlyClasses = (ReadOnlySpan<int>)[4, 5];
        Assert.False(ofSpan.AreClasses || ofReadOnlySpan.AreClasses);
        Assert.True(ofClasses.AreClasses && ofReadOnlyClasses.AreClasses);
        Assert.Equal((1, 3, 2.0), (ofSpan.Values.Rows, ofSpan.Values.Columns, ofSpan.Values[0, 1]));
        Assert.Equal((1, 3, 2.0), (ofReadOnlySpan.Values.Rows, ofReadOnlySpan.Values.Columns, ofReadOnlySpan.Values[0, 1]));
        Assert.Equal([4, 5], ofClasses.Classes.ToArray());
        Assert.Equal([4, 5], ofReadOnlyClasses.Classes.ToArray());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    public void Empty_views_become_tensor_spans_of_their_shape_and_come_back(int rows, int columns)
    {
        var buffer = new TensorBuffer<float>(rows, columns);
        AssertRoundTrip(buffer.View);
        AssertRoundTrip(new TensorView<float>(default, rows, columns));
        AssertRoundTrip(new TensorView<float>(default, rows, columns, columns + 2));

        void AssertRoundTrip(TensorView<float> view)
        {
            TensorSpan<float> tensor = view.AsTensorSpan();
            ReadOnlyTensorSpan<float> readOnly = view.AsReadOnly().AsReadOnlyTensorSpan();
            Assert.Equal([rows, columns], tensor.Lengths.ToArray());
            Assert.Equal([rows, columns], readOnly.Lengths.ToArray());
            Assert.Equal((rows, columns), (tensor.AsView().Rows, tensor.AsView().Columns));
            Assert.Equal((rows, columns), (readOnly.AsView().Rows, readOnly.AsView().Columns));
        }
    }

    [Fact]
    public void Default_views_become_tensor_spans_without_elements()
    {
        TensorSpan<double> tensor = default(TensorView<double>).AsTensorSpan();
        ReadOnlyTensorSpan<double> readOnly = default(ReadOnlyTensorView<double>).AsReadOnlyTensorSpan();
        Assert.Equal([0, 0], tensor.Lengths.ToArray());
        Assert.Equal([0, 0], readOnly.Lengths.ToArray());
        Assert.Equal((0, 0), (tensor.AsView().Rows, readOnly.AsView().Columns));
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
