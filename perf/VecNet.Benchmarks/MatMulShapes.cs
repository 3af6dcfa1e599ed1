using System.Numerics;
using BenchmarkDotNet.Attributes;
using VecNet.Benchmarks.Comparing.Peers;
using VecNet.Benchmarks.Comparing.Protocol;
using VecNet.Benchmarks.Comparing.Subjects;
using VecNet.Benchmarks.Measuring;

namespace VecNet.Benchmarks;

/// <summary>VecNet's products in every row of <c>compare matmul</c>, with one thread and with two.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MatMulShapes<T> : IFloatingPointWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IPreparedProduct? product;

    /// <summary>The names of the rows of this precision.</summary>
    public static IEnumerable<string> Products => Rows.Select(row => row.Name);

    [ParamsSource(nameof(Products))]
    public string Product { get; set; } = "";

    double IFloatingPointWork.Operations => Row.Operations;

    Type IFloatingPointWork.ElementType => typeof(T);

    int IFloatingPointWork.Threads => Row.Threads;

    private static IEnumerable<ProductRow> Rows =>
        ProductRows.Groups(quick: false).SelectMany(group => group.Rows.Cast<ProductRow>()).Where(row => row.ElementType == typeof(T));

    private ProductRow Row => Rows.Single(row => row.Name == Product);

    [GlobalSetup]
    public void Setup()
    {
        product = new VecNetPeer().Prepare(Row, new Operands<T>(Row));
        WarmUp.Run(VecNet);
    }

    [Benchmark(Description = "VecNet")]
    public void VecNet() => product!.Multiply(1);
}
