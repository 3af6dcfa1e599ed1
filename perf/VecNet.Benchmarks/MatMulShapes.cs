using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace VecNet.Benchmarks;

/// <summary>VecNet's products in every row of <c>compare matmul</c>, with one thread and with two.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MatMulShapes<T> : IFloatingPointWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Action<int> multiply = _ => { };

    /// <summary>The names of the rows of this precision.</summary>
    public static IEnumerable<string> Products => Rows.Select(row => row.Name);

    [ParamsSource(nameof(Products))]
    public string Product { get; set; } = "";

    FloatingPointWork IFloatingPointWork.Work => FloatingPointWork.Of(Row);

    private static IEnumerable<ComparedRow> Rows =>
        ProductRows.Groups(quick: false).SelectMany(group => group.Rows).Where(row => row.ElementType == typeof(T));

    private ComparedRow Row => Rows.Single(row => row.Name == Product);

    [GlobalSetup]
    public void Setup()
    {
        multiply = VecNetProductPeer.Create().Prepare(Row).Run;
        WarmUp.Run(VecNet);
    }

    [Benchmark(Description = "VecNet")]
    public void VecNet() => multiply(1);
}
