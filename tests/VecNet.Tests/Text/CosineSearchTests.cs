using VecNet.Text;

namespace VecNet.Tests;

public sealed class CosineSearchTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(7, 4)]
    [InlineData(5000, 2)]
    public void The_nearest_are_those_of_a_sorted_list(int count, int threads)
    {
        const int Rows = 5000, Columns = 101;
        var random = new Random(5);
        TensorBuffer<float> vectors = Filled(Rows, Columns, random);
        float[] query = Filled(1, Columns, random).Span.ToArray();

        // Equal vectors, of which some are longer by a power of two, are equally near.
        for (int row = 0; row < Rows; row += 3)
        {
            for (int column = 0; column < Columns; column++)
            {
                vectors.View[row, column] = vectors.View[row % 100 / 3 * 3, column] * (row % 2 == 0 ? 1 : 4);
            }
        }

        SearchHit[] hits = CosineSearch.FindNearest(query, vectors.View, count, threads);
        (int Index, double Cosine)[] expected = [.. Enumerable.Range(0, Rows)
            .Select(row => (row, Cosine(query, vectors.View.Row(row))))
            .OrderByDescending(pair => (float)pair.Item2).ThenBy(pair => pair.row)];
        Assert.Equal(count, hits.Length);
        Assert.Equal(hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index), hits);
        Assert.Equal(count, hits.Select(hit => hit.Index).Distinct().Count());
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(expected[i].Cosine, hits[i].Score, 1e-6);
            Assert.Equal(Cosine(query, vectors.View.Row(hits[i].Index)), hits[i].Score, 1e-6);
        }

        Assert.Equal(hits, CosineSearch.FindNearest(query, vectors.View, count));
    }

    [Fact]
    public void Of_equal_vectors_the_first_ones_are_found()
    {
        var vectors = new TensorBuffer<float>(20_000, 50);
        vectors.Span.Fill(1);
        Assert.Equal(
            [0, 1, 2, 3], CosineSearch.FindNearest(vectors.Span[..50], vectors.View, count: 4, threads: 3).Select(hit => hit.Index));
    }

    [Fact]
    public void Zeros_have_a_cosine_of_zero_and_what_is_not_a_number_is_not_found()
    {
        float[] values = [0, 0, float.NaN, 1, -1, 0, 2, 1];
        SearchHit[] hits = CosineSearch.FindNearest([1, 0], new(values, 4, 2), count: 9);
        Assert.Equal([3, 0, 2], hits.Select(hit => hit.Index));
        Assert.Equal(0, hits[1].Score);
        Assert.All(CosineSearch.FindNearest([0, 0], new(values.AsSpan(4), 2, 2), count: 2), hit => Assert.Equal(0, hit.Score));
    }

    /// <summary>Their squares are no floats, or not those that they should be.</summary>
    [Theory]
    [InlineData(1e-40f)]
    [InlineData(1e-30f)]
    [InlineData(1e-19f)]
    [InlineData(1e19f)]
    [InlineData(1e30f)]
    [InlineData(1e38f)]
    public void Lengths_do_not_matter(float length)
    {
        float[] values = [3, 0, 1, 1, 0, 2, -1, 0], query = [0.5f, 0];
        SearchHit[] expected = CosineSearch.FindNearest(query, new(values, 4, 2), count: 4);
        Assert.Equal([0, 1, 2, 3], expected.Select(hit => hit.Index));
        float[] scaled = Array.ConvertAll(values, value => value * length);
        AssertSame(CosineSearch.FindNearest(query, new(scaled, 4, 2), count: 4));
        AssertSame(CosineSearch.FindNearest([2 * length, 0], new(values, 4, 2), count: 4));
        AssertSame(CosineSearch.FindNearest([2 * length, 0], new(scaled, 4, 2), count: 4));

        void AssertSame(SearchHit[] hits)
        {
            Assert.Equal(expected.Select(hit => hit.Index), hits.Select(hit => hit.Index));
            Assert.All(hits, (hit, i) => Assert.Equal(expected[i].Score, hit.Score, 1e-6));
        }
    }

    [Fact]
    public void Vectors_may_have_no_numbers_and_infinite_ones_are_not_found()
    {
        float[] values = [float.PositiveInfinity, 0, 0, 1, 0, float.NegativeInfinity];
        Assert.Equal([new SearchHit(1, 1)], CosineSearch.FindNearest([0, 1], new(values, 3, 2), count: 3));
        Assert.Equal([new SearchHit(1, 0)], CosineSearch.FindNearest([0, 0], new(values, 3, 2), count: 3));
        Assert.Equal(
            [new SearchHit(0, 0), new SearchHit(1, 0)], CosineSearch.FindNearest([], new(values.AsSpan(0, 0), 2, 0), count: 3));
    }

    [Fact]
    public void Rows_may_have_gaps()
    {
        float[] values = [1, 0, 9, 0, 1, 9];
        Assert.Equal(1, CosineSearch.FindNearest([0, 1], new(values, 2, 2, rowStride: 3), count: 1)[0].Index);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        float[] values = new float[6];
        Assert.Throws<ArgumentException>(() => CosineSearch.FindNearest(values.AsSpan(0, 3), new(values, 3, 2), 1));
        Assert.Throws<ArgumentException>(() => CosineSearch.FindNearest([float.NaN, 1], new(values, 3, 2), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CosineSearch.FindNearest([0, 1], new(values, 3, 2), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CosineSearch.FindNearest([0, 1], new(values, 3, 2), 1, threads: 0));
        Assert.Empty(CosineSearch.FindNearest([0, 1], new(values, 0, 2), 3));
        Assert.Empty(CosineSearch.FindNearest([0, 1], new(values, 3, 2), 0));
    }

    private static double Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        (double dot, double xs, double ys) = (0, 0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            dot += (double)x[i] * y[i];
            xs += (double)x[i] * x[i];
            ys += (double)y[i] * y[i];
        }

        return dot / Math.Sqrt(xs * ys);
    }

    private static TensorBuffer<float> Filled(int rows, int columns, Random random)
    {
        var buffer = new TensorBuffer<float>(rows, columns);
        foreach (ref float value in buffer.Span)
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        return buffer;
    }
}
