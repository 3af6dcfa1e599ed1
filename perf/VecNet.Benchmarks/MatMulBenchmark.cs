using System.Numerics;
using BenchmarkDotNet.Attributes;
using VecNet.Benchmarks.Variants;

namespace VecNet.Benchmarks;

/// <summary>Square matrix products on one thread: VecNet beside what a .NET developer has without native libraries.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MatMulBenchmark<T> : IFloatingPointWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LargestNaiveCheck = 256;

    private readonly Action<int>[] vecNet = new Action<int>[3];
    private Action<int> mathNet = _ => { };
    private T[] a = [], b = [], bTransposed = [], c = [], zeros = [];

    /// <summary>n, the number of rows and columns of all matrices.</summary>
    [Params(64, 256, 512, 1024)]
    public int Size { get; set; }

    ComparedRow IFloatingPointWork.Work => Row(Orientation.Plain);

    /// <summary>VecNet's three forms must agree with Math.NET's, and loops, the naive ones when they are small, with VecNet's.</summary>
    [GlobalSetup]
    public void Setup()
    {
        (c, zeros) = (new T[Size * Size], new T[Size]);
        foreach (Orientation orientation in Enum.GetValues<Orientation>())
        {
            ProductRow row = Row(orientation);
            PreparedRow product = VecNetProductPeer.Create().Prepare(row), reference = MathNetPeer.Create().Prepare(row);
            T[] expected = (T[])product.Results()[0];
            vecNet[(int)orientation] = product.Run;
            Agreement.Check(row.Name, reference.Results()[0], expected, row.Tolerance);
            var operands = new ProductOperands<T>(row);
            if (orientation == Orientation.Plain)
            {
                (mathNet, a, b) = (reference.Run, operands.Memory.A.Span.ToArray(), operands.Memory.B.Span.ToArray());
                Check(row, expected, Size <= LargestNaiveCheck ? PlainLoopsNaive : PlainLoopsRowWise);
                Check(row, expected, PlainLoopsRowWise);
                Check(row, expected, TensorPrimitivesMultiplyAdd);
            }
            else if (orientation == Orientation.TransposeB)
            {
                bTransposed = operands.Memory.B.Span.ToArray();
                Check(row, expected, TensorPrimitivesDot);
            }
        }

        WarmUp.Run(VecNet, VecNetTransposeA, VecNetTransposeB, TensorPrimitivesMultiplyAdd, TensorPrimitivesDot, MathNet);
    }

    [Benchmark(Description = "VecNet A·B")]
    public void VecNet() => vecNet[(int)Orientation.Plain](1);

    [Benchmark(Description = "VecNet Aᵀ·B")]
    public void VecNetTransposeA() => vecNet[(int)Orientation.TransposeA](1);

    [Benchmark(Description = "VecNet A·Bᵀ")]
    public void VecNetTransposeB() => vecNet[(int)Orientation.TransposeB](1);

    [Benchmark(Description = "TensorPrimitives.MultiplyAdd, A·B")]
    public void TensorPrimitivesMultiplyAdd() => LoopProducts<T>.RowWise<TensorPrimitivesRowLoops<T>>(a, b, zeros, c);

    [Benchmark(Description = "TensorPrimitives.Dot, A·Bᵀ")]
    public void TensorPrimitivesDot() => LoopProducts<T>.Dot<TensorPrimitivesRowLoops<T>>(a, bTransposed, c, Size);

    [Benchmark(Description = "Math.NET A·B (managed, 1 thread)")]
    public void MathNet() => mathNet(1);

    [Benchmark(Description = "plain loops i, p, j")]
    public void PlainLoopsRowWise() => LoopProducts<T>.RowWise<PlainRowLoops<T>>(a, b, zeros, c);

    [Benchmark(Description = "plain loops i, j, p (naive)", Baseline = true)]
    public void PlainLoopsNaive() => LoopProducts<T>.Naive(a, b, c, Size);

    private ProductRow Row(Orientation orientation) =>
        new(Size, Size, Size, orientation, typeof(T) == typeof(float) ? Precision.Float32 : Precision.Float64);

    private void Check(ProductRow row, T[] expected, Action product)
    {
        Array.Fill(c, T.NaN);
        product();
        Agreement.Check<T>(product.Method.Name, c, expected, row.Tolerance);
    }
}
