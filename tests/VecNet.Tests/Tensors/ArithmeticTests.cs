using System.Numerics;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>The public elementwise arithmetic: each element is the scalar operation, in every layout, in place, or refused.</summary>
public abstract class ArithmeticTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Factor = T.CreateChecked(-0.375);

    /// <summary>Scale takes one source: its second is not looked at.</summary>
    private static readonly (string Name, Binary<T> Run, Func<T, T, T> Expected)[] Operations =
    [
        ("add", Elementwise.Add, (x, y) => x + y),
        ("subtract", Elementwise.Subtract, (x, y) => x - y),
        ("multiply", Elementwise.Multiply, (x, y) => x * y),
        ("divide", Elementwise.Divide, (x, y) => x / y),
        ("scale", (x, _, z) => Elementwise.Scale(x, Factor, z), (x, _) => x * Factor),
    ];

    [Property]
    public void Every_shape_and_stride(Matrix<T, Wild> matrix, byte gapOfY, byte gapOfResult)
    {
        foreach ((string name, Binary<T> run, Func<T, T, T> expected) in Operations)
        {
            StridedMatrix<T> x = matrix.Strided();
            StridedMatrix<T> y = (matrix with { Gap = gapOfY % 3, Seed = matrix.Seed + 1 }).Strided();
            var z = new StridedMatrix<T>(matrix.Rows, matrix.Columns, gapOfResult % 3);
            T[] beforeX = x.Snapshot();
            T[] beforeY = y.Snapshot();
            run(x.View, y.View, z.View);
            AssertExpected(name, x.View, y.View, z.View, expected);
            z.AssertCanariesAlive();
            x.AssertUnchangedSince(beforeX);
            y.AssertUnchangedSince(beforeY);
        }
    }

    [Property]
    public void In_place(Matrix<T, Wild> matrix, bool second)
    {
        foreach ((string name, Binary<T> run, Func<T, T, T> expected) in Operations)
        {
            StridedMatrix<T> x = matrix.Strided();
            StridedMatrix<T> y = (matrix with { Seed = matrix.Seed + 1 }).Strided();
            TensorBuffer<T> oldX = TensorBuffer.Copy<T>(x.View);
            TensorBuffer<T> oldY = TensorBuffer.Copy<T>(y.View);
            StridedMatrix<T> destination = second ? y : x;
            run(x.View, y.View, destination.View);
            AssertExpected(name, oldX.View, oldY.View, destination.View, expected);
            destination.AssertCanariesAlive();
        }
    }

    [Fact]
    public void Overlap_at_other_places_is_refused_before_anything_is_written()
    {
        foreach ((string name, Binary<T> run, _) in Operations)
        {
            T[] memory = [.. Enumerable.Range(0, 20).Select(T.CreateChecked)];
            T[] before = [.. memory];
            T[] other = [.. Enumerable.Repeat(T.One, 6)];
            Assert.Throws<ArgumentException>(() => run(memory.AsView(2, 3), other.AsView(2, 3), memory.AsSpan(1).AsView(2, 3)));
            Assert.Throws<ArgumentException>(() => run(memory.AsView(3, 2), other.AsView(3, 2), new TensorView<T>(memory, 3, 2, 3)));
            if (name != "scale")
            {
                Assert.Throws<ArgumentException>(() => run(other.AsView(2, 3), memory.AsView(2, 3), memory.AsSpan(1).AsView(2, 3)));
            }

            Assert.Equal(before, memory);
            Assert.All(other, element => Assert.Equal(T.One, element));
        }
    }

    [Fact]
    public void Shapes_that_differ_are_both_named_and_nothing_is_written()
    {
        T[] x = new T[6];
        foreach ((string name, Binary<T> run, _) in Operations)
        {
            T[] z = [.. Enumerable.Repeat(T.One, 6)];
            AssertNames(Assert.Throws<ArgumentException>(() => run(x.AsView(2, 3), x.AsView(2, 3), z.AsView(3, 2))));
            if (name != "scale")
            {
                AssertNames(Assert.Throws<ArgumentException>(() => run(x.AsView(2, 3), x.AsView(3, 2), z.AsView(2, 3))));
            }

            Assert.All(z, element => Assert.Equal(T.One, element));
        }

        static void AssertNames(ArgumentException exception)
        {
            Assert.Contains("2×3", exception.Message, StringComparison.Ordinal);
            Assert.Contains("3×2", exception.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertExpected(
        string name, ReadOnlyTensorView<T> x, ReadOnlyTensorView<T> y, ReadOnlyTensorView<T> z, Func<T, T, T> expected)
    {
        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j < x.Columns; j++)
            {
                T value = expected(x[i, j], y[i, j]);
                Assert.True(
                    T.IsNaN(value) ? T.IsNaN(z[i, j]) : Bits.Same(value, z[i, j]),
                    $"{name} of {x[i, j]:R} and {y[i, j]:R} at ({i}, {j}) is {z[i, j]:R}, expected {value:R}.");
            }
        }
    }
}

public sealed class ArithmeticFloatTests : ArithmeticTests<float>;

public sealed class ArithmeticDoubleTests : ArithmeticTests<double>;

/// <summary>Half satisfies the type constraint and is refused wherever it is handed in.</summary>
public sealed class ElementTypeTests
{
    public static TheoryData<string> Names => [.. Uses.Keys];

    private static readonly Half[] One = [Half.One];

    private static readonly Dictionary<string, Action> Uses = new()
    {
        ["Elementwise.Add"] = () => Elementwise.Add(One, One, new Half[1].AsView()),
        ["Elementwise.Subtract"] = () => Elementwise.Subtract(One, One, new Half[1].AsView()),
        ["Elementwise.Multiply"] = () => Elementwise.Multiply(One, One, new Half[1].AsView()),
        ["Elementwise.Divide"] = () => Elementwise.Divide(One, One, new Half[1].AsView()),
        ["Elementwise.Scale"] = () => Elementwise.Scale(One, Half.One, new Half[1].AsView()),
        ["TensorBuffer"] = () => _ = new TensorBuffer<Half>(1, 1),
        ["TensorBuffer.Copy"] = () => TensorBuffer.Copy<Half>(One),
        ["MatMul.Multiply"] = () => MatMul.Multiply(One, One, new Half[1].AsView()),
        ["MatMul.MultiplyTransposeA"] = () => MatMul.MultiplyTransposeA(One, One, new Half[1].AsView()),
        ["MatMul.MultiplyTransposeB"] = () => MatMul.MultiplyTransposeB(One, One, new Half[1].AsView()),
        ["Sigmoid.Forward"] = () => Sigmoid.Forward(One, new Half[1].AsView()),
        ["Sigmoid.Backward"] = () => Sigmoid.Backward(One, One, new Half[1].AsView()),
        ["Tanh.Forward"] = () => Tanh.Forward(One, new Half[1].AsView()),
        ["Tanh.Backward"] = () => Tanh.Backward(One, One, new Half[1].AsView()),
        ["ReLU.Forward"] = () => ReLU.Forward(One, new Half[1].AsView()),
        ["ReLU.Backward"] = () => ReLU.Backward(One, One, new Half[1].AsView()),
        ["Softmax.Forward"] = () => Softmax.Forward(One, new Half[1].AsView()),
        ["Softmax.Backward"] = () => Softmax.Backward(One, One, new Half[1].AsView()),
        ["Dropout.FillMask"] = () => Dropout.FillMask(0.5, new SplitMix64(1), new Half[1].AsView()),
        ["Dropout.Forward"] = () => Dropout.Forward(One, One, new Half[1].AsView()),
        ["Dropout.Backward"] = () => Dropout.Backward(One, One, new Half[1].AsView()),
        ["FullyConnected.Forward"] = () => FullyConnected.Forward(One, One, default, new Half[1].AsView()),
        ["FullyConnected.Backward"] = () => FullyConnected.Backward(One, One, One, default, new Half[1].AsView(), default),
        ["MeanSquaredError.Forward"] = () => new MeanSquaredError<Half>().Forward(One.AsView(), One),
        ["MeanSquaredError.Backward"] = () => new MeanSquaredError<Half>().Backward(One, One, new Half[1].AsView()),
        ["CategoricalCrossEntropy.Forward"] = () => new CategoricalCrossEntropy<Half>().Forward(One.AsView(), One),
        ["CategoricalCrossEntropy.Backward"] = () => new CategoricalCrossEntropy<Half>().Backward(One, One, new Half[1].AsView()),
        ["SoftmaxCrossEntropy.Forward"] = () => new SoftmaxCrossEntropy<Half>().Forward(One.AsView(), One),
        ["SoftmaxCrossEntropy.Backward"] = () => new SoftmaxCrossEntropy<Half>().Backward(One, One, new Half[1].AsView()),
        ["Sgd.Step"] = () => new Sgd<Half>(0.1).Step(new Half[1], One),
        ["Sgd.Step with momentum"] = () => new Sgd<Half>(0.1, momentum: 0.9).Step(new Half[1], One),
        ["NeuralNetwork"] = () => _ = new NeuralNetwork<Half>(1, [new Tanh<Half>()]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Half_is_refused_by_name(string use) =>
        Assert.Contains("Half", Assert.Throws<NotSupportedException>(Uses[use]).Message, StringComparison.Ordinal);
}
