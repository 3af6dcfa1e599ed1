using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>
/// A search on several threads: each takes parts of the rows and keeps the best of a part; the best of all parts are the result.
/// </summary>
internal sealed unsafe class SearchWork : Work
{
    /// <summary>The number of numbers from which a second thread pays: reading them takes 100 µs.</summary>
    private const long WorthHelp = 500_000;

    /// <summary>Parts for each thread, so that a delayed thread does not delay the others.</summary>
    private const int PartsPerThread = 4;

    /// <summary>Between these lengths no square that matters overflows or vanishes.</summary>
    private const float Shortest = 1e-15f, Longest = 1e15f;

    private float* query;
    private float* vectors;
    private int columns;
    private int rowStride;
    private int rows;
    private int rowsOfPart;
    private float norm;
    private NearestList[] parts = [];

    internal static int Run(ReadOnlySpan<float> query, ReadOnlyTensorView<float> vectors, Span<SearchHit> hits, int threads)
    {
        int count = int.Min(hits.Length, vectors.Rows);
        if (count == 0)
        {
            return 0;
        }

        threads = (long)vectors.Rows * vectors.Columns < WorthHelp ? 1 : threads;
        int number = threads == 1 ? 1 : int.Min(vectors.Rows, threads * PartsPerThread);
        fixed (float* pQuery = query, pVectors = vectors.Span)
        {
            var work = new SearchWork
            {
                query = pQuery,
                vectors = pVectors,
                columns = vectors.Columns,
                rowStride = vectors.RowStride,
                rows = vectors.Rows,
                rowsOfPart = (vectors.Rows + number - 1) / number,
                norm = TensorPrimitives.Norm(query),
                parts = new NearestList[number],
            };
            for (int i = 0; i < number; i++)
            {
                work.parts[i] = new(int.Min(count, work.rowsOfPart));
            }

            Workers.Run(work, number, threads);
            NearestList best = work.parts[0];
            if (number > 1)
            {
                best = new(count);
                foreach (NearestList found in work.parts)
                {
                    best.Add(found);
                }
            }

            return best.CopyTo(hits);
        }
    }

    internal override void Run(int part)
    {
        long first = (long)part * rowsOfPart;
        var of = new ReadOnlySpan<float>(query, columns);
        for (long row = first; row < long.Min(first + rowsOfPart, rows); row++)
        {
            var vector = new ReadOnlySpan<float>(vectors + (row * rowStride), columns);
            float length = TensorPrimitives.Norm(vector);
            bool isPlain = norm is > Shortest and < Longest && length is > Shortest and < Longest;
            float cosine = isPlain ? Quotient(TensorPrimitives.Dot(of, vector), norm * length) : Cosine(of, vector);
            parts[part].Add(new SearchHit((int)row, cosine));
        }
    }

    /// <summary>The cosine in double precision, whose range is that of the squares of all floats.</summary>
    private static float Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        (double dot, double xs, double ys) = (0, 0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            dot += (double)x[i] * y[i];
            xs += (double)x[i] * x[i];
            ys += (double)y[i] * y[i];
        }

        return (float)Quotient(dot, Math.Sqrt(xs) * Math.Sqrt(ys));
    }

    /// <summary>Without a direction there is no angle; the cosine counts as 0.</summary>
    private static T Quotient<T>(T dot, T length)
        where T : IFloatingPoint<T> => dot == T.Zero ? T.Zero : dot / length;
}
