using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace VecNet.Tests;

/// <summary>Strides, sharing and shapes, of every pass over elements or rows: forward and backward, function and loss.</summary>
public abstract class PassContractTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Every pass as one of two sources, the second of which forward passes do not read.</summary>
    private static readonly Dictionary<string, Binary<T>> All = Passes<T>.Forward
        .Select(pass => KeyValuePair.Create<string, Binary<T>>(pass.Key, (x, _, z) => pass.Value(x, z)))
        .Concat(Passes<T>.Binary)
        .ToDictionary();

    /// <summary>There are twelve passes: a fourth of the cases of a property each.</summary>
    private static readonly int Cases = Math.Max(1, new VecNetPropertiesAttribute().MaxTest / 4);

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Strided_views_give_the_bits_of_dense_ones(string name)
    {
        StridedEqualsDense<Ordinary>(name);
        StridedEqualsDense<Wild>(name);
    }

    /// <summary>
    /// Found without AVX2, where the last of an odd number of doubles is computed by
    /// itself: −1.8e308 is no output, e^1.8e308 was ∞ for it and NaN for the others.
    /// </summary>
    [Fact]
    public void The_gradient_of_softplus_at_what_is_no_output_has_the_same_bits_wherever_it_stands()
    {
        foreach (T value in new[] { T.CreateTruncating(-1.7e308), T.NegativeInfinity, T.CreateTruncating(-1e6), T.CreateTruncating(-3) })
        {
            var y = new TensorBuffer<T>(1, 35);
            var gradient = new TensorBuffer<T>(1, 35);
            y.View.Fill(value);
            gradient.View.Fill(T.One);
            Softplus.Backward<T>(y.View, gradient.View, gradient.View);
            for (int j = 0; j < gradient.Columns; j++)
            {
                Assert.True(
                    Bits.Same(gradient.View[0, 0], gradient.View[0, j]) && T.IsFinite(gradient.View[0, j]),
                    $"{value:R} at {j}: {gradient.View[0, j]:R}.");
            }
        }
    }

    private static void StridedEqualsDense<TValues>(string name)
        where TValues : struct, IValues
    {
        Binary<T> run = All[name];
        ForAll<TValues>(matrix =>
        {
            Matrix<T, TValues> other = matrix.Another(matrix.Rows, matrix.Columns);
            (StridedMatrix<T> x, StridedMatrix<T> y) = (matrix.Strided(), other.Strided());
            var strided = new StridedMatrix<T>(matrix.Rows, matrix.Columns, matrix.Gap + 1);
            TensorBuffer<T> dense = Poisoned(matrix);
            run(matrix.Owned().View, other.Owned().View, dense.View);
            run(x.View, y.View, strided.View);
            AssertSameBitsOrNaN(dense.View, strided.View, name);
            strided.AssertCanariesAlive();
            x.AssertCanariesAlive();
            y.AssertCanariesAlive();
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_place_gives_the_bits_of_out_of_place(string name)
    {
        InPlaceEqualsOutOfPlace<Ordinary>(name);
        InPlaceEqualsOutOfPlace<Wild>(name);
    }

    private static void InPlaceEqualsOutOfPlace<TValues>(string name)
        where TValues : struct, IValues
    {
        Binary<T> run = All[name];
        ForAll<TValues>(matrix =>
        {
            Matrix<T, TValues> other = matrix.Another(matrix.Rows, matrix.Columns);
            TensorBuffer<T> apart = Poisoned(matrix);
            run(matrix.Owned().View, other.Owned().View, apart.View);

            StridedMatrix<T> first = matrix.Strided();
            run(first.View, other.Owned().View, first.View);
            AssertSameBitsOrNaN(apart.View, first.View, $"{name} over its first source");
            first.AssertCanariesAlive();

            if (Passes<T>.Binary.ContainsKey(name))
            {
                StridedMatrix<T> second = other.Strided();
                run(matrix.Owned().View, second.View, second.View);
                AssertSameBitsOrNaN(apart.View, second.View, $"{name} over its second source");
                second.AssertCanariesAlive();
            }
        });
    }

    /// <summary>The destination is shifted by one element or by one row against a source.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Sharing_at_other_places_is_refused_before_anything_is_written(string name)
    {
        Binary<T> run = All[name];
        ForAll<Ordinary>(matrix =>
        {
            (int rows, int columns) = (matrix.Rows + 2, matrix.Columns + 2);
            bool byRow = matrix.Seed % 2 == 0;
            bool second = matrix.Seed % 3 == 0 && Passes<T>.Binary.ContainsKey(name);
            TensorBuffer<T> memory = matrix.Another(1, (rows + 1) * columns).Owned();
            T[] before = memory.Span.ToArray();
            TensorBuffer<T> other = matrix.Another(rows, columns, 2).Owned();
            TensorView<T> source = memory.Span.AsView(rows, columns);
            TensorView<T> destination = memory.Span[(byRow ? columns : 1)..].AsView(rows, columns);
            ArgumentException? thrown = null;
            try
            {
                run(second ? other.View : source, second ? source : other.View, destination);
            }
            catch (ArgumentException exception)
            {
                thrown = exception;
            }

            Assert.True(thrown is not null, $"{name} did not object.");
            Bits.AssertSame<T>(before.AsView(), memory.Span.AsView(1, before.Length), $"{name} after its refusal");
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Column_blocks_of_one_matrix_are_apart(string name)
    {
        Binary<T> run = All[name];
        ForAll<Ordinary>(matrix =>
        {
            Matrix<T, Ordinary> other = matrix.Another(matrix.Rows, matrix.Columns);
            TensorBuffer<T> apart = Poisoned(matrix);
            run(matrix.Owned().View, other.Owned().View, apart.View);
            var parent = new TensorBuffer<T>(matrix.Rows, 3 * matrix.Columns);
            TensorView<T> x = parent.View.SliceColumns(0, matrix.Columns);
            TensorView<T> z = parent.View.SliceColumns(matrix.Columns, matrix.Columns);
            TensorView<T> y = parent.View.SliceColumns(2 * matrix.Columns, matrix.Columns);
            matrix.Owned().View.CopyTo(x);
            other.Owned().View.CopyTo(y);
            run(x, y, z);
            AssertSameBitsOrNaN(apart.View, z, name);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Shapes_that_differ_are_both_named_and_nothing_is_written(string name)
    {
        Binary<T> run = All[name];
        ForAll<Ordinary>(matrix =>
        {
            (int rows, int columns) = (matrix.Rows + 1, matrix.Columns + 1);
            int fault = (int)(matrix.Seed % 2);
            (int wrongRows, int wrongColumns) = (rows + fault, columns + 1 - fault);
            bool source = matrix.Seed % 3 == 0 && Passes<T>.Binary.ContainsKey(name);
            TensorBuffer<T> x = matrix.Another(rows, columns).Owned();
            TensorBuffer<T> y = source ? matrix.Another(wrongRows, wrongColumns).Owned() : matrix.Another(rows, columns).Owned();
            var z = new StridedMatrix<T>(source ? rows : wrongRows, source ? columns : wrongColumns, 1);
            T[] before = z.Snapshot();
            ArgumentException exception = Assert.Throws<ArgumentException>(() => run(x.View, y.View, z.View));
            z.AssertUnchangedSince(before);
            Assert.True(
                exception.Message.Contains($"{rows}×{columns}", StringComparison.Ordinal)
                && exception.Message.Contains($"{wrongRows}×{wrongColumns}", StringComparison.Ordinal),
                $"{name}: {exception.Message}");
        });
    }

    /// <summary>A property of one row of a theory, so that each pass succeeds or fails by itself.</summary>
    private static void ForAll<TValues>(Action<Matrix<T, TValues>> holds)
        where TValues : struct, IValues => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true), Prop.ForAll(Matrix<T, TValues>.Arbitrary(), holds));

    /// <summary>Bits, except that one NaN is as good as another: which operand's payload survives is not promised.</summary>
    private static void AssertSameBitsOrNaN(ReadOnlyTensorView<T> expected, ReadOnlyTensorView<T> actual, string what)
    {
        for (int row = 0; row < expected.Rows; row++)
        {
            for (int column = 0; column < expected.Columns; column++)
            {
                (T x, T y) = (expected[row, column], actual[row, column]);
                Assert.True(
                    (T.IsNaN(x) && T.IsNaN(y)) || Bits.Same(x, y),
                    $"{what}: element ({row}, {column}) is {y:R}, expected the bits of {x:R}.");
            }
        }
    }

    private static TensorBuffer<T> Poisoned<TValues>(Matrix<T, TValues> like)
        where TValues : struct, IValues
    {
        var buffer = new TensorBuffer<T>(like.Rows, like.Columns);
        buffer.View.Fill(T.NaN);
        return buffer;
    }
}

public sealed class PassFloatContractTests : PassContractTests<float>;

public sealed class PassDoubleContractTests : PassContractTests<double>;
