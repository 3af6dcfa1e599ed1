using System.Numerics;
using BenchmarkDotNet.Attributes;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using VecNet.Benchmarks.Measuring;
using VecNet.Benchmarks.Variants;

namespace VecNet.Benchmarks;

/// <summary>Square matrix products on one thread: VecNet beside what a .NET developer has without native libraries.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MatMulBenchmark<T> : IFloatingPointWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TensorBuffer<T> a = new(0, 0);
    private TensorBuffer<T> b = new(0, 0);
    private TensorBuffer<T> aTransposed = new(0, 0);
    private TensorBuffer<T> bTransposed = new(0, 0);
    private TensorBuffer<T> c = new(0, 0);
    private Matrix<T>? mathNetA;
    private Matrix<T>? mathNetB;
    private Matrix<T>? mathNetC;

    /// <summary>n, the number of rows and columns of all matrices.</summary>
    [Params(64, 256, 512, 1024)]
    public int Size { get; set; }

    double IFloatingPointWork.Operations => 2.0 * Size * Size * Size;

    Type IFloatingPointWork.ElementType => typeof(T);

    [GlobalSetup]
    public void Setup()
    {
        a = new TensorBuffer<T>(Size, Size);
        b = new TensorBuffer<T>(Size, Size);
        aTransposed = new TensorBuffer<T>(Size, Size);
        bTransposed = new TensorBuffer<T>(Size, Size);
        c = new TensorBuffer<T>(Size, Size);
        var random = new SplitMix64(1);
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                a.View[row, column] = aTransposed.View[column, row] = T.CreateTruncating(random.NextNormal());
                b.View[row, column] = bTransposed.View[column, row] = T.CreateTruncating(random.NextNormal());
            }
        }

        // Math.NET is column-major: the transposed buffer holds the matrix as it wants it.
        Control.UseManaged();
        Control.UseSingleThread();
        mathNetA = Matrix<T>.Build.Dense(Size, Size, aTransposed.Span.ToArray());
        mathNetB = Matrix<T>.Build.Dense(Size, Size, bTransposed.Span.ToArray());
        mathNetC = Matrix<T>.Build.Dense(Size, Size);
        CheckAgreement();
        WarmUp.Run(VecNet, VecNetTransposeA, VecNetTransposeB, TensorPrimitivesMultiplyAdd, TensorPrimitivesDot, MathNet);
    }

    [Benchmark(Description = "VecNet A·B")]
    public void VecNet() => MatMul.Multiply<T>(a.View, b.View, c.View);

    [Benchmark(Description = "VecNet Aᵀ·B")]
    public void VecNetTransposeA() => MatMul.MultiplyTransposeA<T>(aTransposed.View, b.View, c.View);

    [Benchmark(Description = "VecNet A·Bᵀ")]
    public void VecNetTransposeB() => MatMul.MultiplyTransposeB<T>(a.View, bTransposed.View, c.View);

    [Benchmark(Description = "TensorPrimitives.MultiplyAdd, A·B")]
    public void TensorPrimitivesMultiplyAdd() => RowProducts.MultiplyAdd(a.Span, b.Span, c.Span, Size);

    [Benchmark(Description = "TensorPrimitives.Dot, A·Bᵀ")]
    public void TensorPrimitivesDot() => RowProducts.Dot(a.Span, bTransposed.Span, c.Span, Size);

    [Benchmark(Description = "Math.NET A·B (managed, 1 thread)")]
    public void MathNet() => mathNetA!.Multiply(mathNetB!, mathNetC!);

    [Benchmark(Description = "plain loops i, p, j")]
    public void PlainLoopsRowWise() => PlainProducts.RowWise(a.Span, b.Span, c.Span, Size);

    [Benchmark(Description = "plain loops i, j, p (naive)", Baseline = true)]
    public void PlainLoopsNaive() => PlainProducts.Naive(a.Span, b.Span, c.Span, Size);

    /// <summary>All rows of the table against plain loops in double.</summary>
    private void CheckAgreement()
    {
        double[] exact = new double[Size * Size];
        PlainProducts.RowWise(Doubles(a), Doubles(b), exact, Size);
        T[] expected = [.. exact.Select(T.CreateTruncating)];
        double tolerance = Size * (typeof(T) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 53));
        foreach (Action product in (Action[])[
            VecNet, VecNetTransposeA, VecNetTransposeB, TensorPrimitivesMultiplyAdd, TensorPrimitivesDot, PlainLoopsRowWise, PlainLoopsNaive])
        {
            c.View.Fill(T.NaN);
            product();
            Agreement.Check<T>(product.Method.Name, c.Span, expected, tolerance);
        }

        MathNet();
        Agreement.Check<T>(nameof(MathNet), mathNetC!.ToRowMajorArray(), expected, tolerance);
    }

    private static double[] Doubles(TensorBuffer<T> buffer)
    {
        double[] result = new double[buffer.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = double.CreateTruncating(buffer.Span[i]);
        }

        return result;
    }
}
