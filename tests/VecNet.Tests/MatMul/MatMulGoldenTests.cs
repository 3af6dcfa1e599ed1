using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's products, and the gradients of A and B, which are products as well.</summary>
public abstract class MatMulGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly GoldenFile File = GoldenFile.Load("matmul");

    public static TheoryData<string> Cases => File.CasesFor<T>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Product_equals_PyTorch(string name)
    {
        GoldenCase @case = File.Case(name);
        TensorBuffer<T> a = @case.Inputs["A"].ToBuffer<T>();
        TensorBuffer<T> b = @case.Inputs["B"].ToBuffer<T>();
        var c = new TensorBuffer<T>(@case.WholeNumber("m"), @case.WholeNumber("n"));
        c.View.Fill(T.NaN);
        switch (@case.Text("variant"))
        {
            case "NN":
                MatMul.Multiply(a.View, b.View, c.View);
                break;
            case "TN":
                MatMul.MultiplyTransposeA(a.View, b.View, c.View);
                break;
            case "NT":
                MatMul.MultiplyTransposeB(a.View, b.View, c.View);
                break;
            case string other:
                Assert.Fail($"Unknown variant {other}.");
                break;
        }

        @case.AssertOutput("C", c.View.AsReadOnly());
    }

    /// <summary>NN: dA = G·Bᵀ, dB = Aᵀ·G. NT: dA = G·B, dB = Gᵀ·A. TN: dA = B·Gᵀ, dB = A·G.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_equal_PyTorch(string name)
    {
        GoldenCase @case = File.Case(name);
        if (@case.Gradients.Count == 0)
        {
            return;
        }

        TensorBuffer<T> a = @case.Inputs["A"].ToBuffer<T>();
        TensorBuffer<T> b = @case.Inputs["B"].ToBuffer<T>();
        TensorBuffer<T> upstream = @case.Upstream["C"].ToBuffer<T>();
        var gradA = new TensorBuffer<T>(a.Rows, a.Columns);
        var gradB = new TensorBuffer<T>(b.Rows, b.Columns);
        switch (@case.Text("variant"))
        {
            case "NN":
                MatMul.MultiplyTransposeB(upstream.View, b.View, gradA.View);
                MatMul.MultiplyTransposeA(a.View, upstream.View, gradB.View);
                break;
            case "NT":
                MatMul.Multiply(upstream.View, b.View, gradA.View);
                MatMul.MultiplyTransposeA(upstream.View, a.View, gradB.View);
                break;
            default:
                MatMul.MultiplyTransposeB(b.View, upstream.View, gradA.View);
                MatMul.Multiply(a.View, upstream.View, gradB.View);
                break;
        }

        @case.AssertGradient("A", gradA.View.AsReadOnly());
        @case.AssertGradient("B", gradB.View.AsReadOnly());
    }
}

public sealed class MatMulFloatGoldenTests : MatMulGoldenTests<float>;

public sealed class MatMulDoubleGoldenTests : MatMulGoldenTests<double>;
