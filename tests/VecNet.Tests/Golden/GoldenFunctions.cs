using System.Numerics;

namespace VecNet.Tests;

/// <summary>The functions of the catalog with the cases of their golden files.</summary>
internal static class GoldenFunctions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The functions that have golden values, by name.</summary>
    public static IReadOnlyDictionary<string, FunctionEntry<T>> All { get; } =
        OperationCatalog<T>.Functions.Where(function => function.Golden.File is not null).ToDictionary(function => function.Name);

    /// <summary>The cases of a file that are the function's.</summary>
    public static IEnumerable<GoldenCase> CasesOf(FunctionEntry<T> function) => GoldenFile.Load(function.Golden.File!).Cases
        .Where(@case => function.Golden.Choice is not { } choice || @case.Text(choice.Parameter) == choice.Value);

    /// <summary>The function as a case was made with.</summary>
    public static ActivationLayer<T> Of(FunctionEntry<T> function, GoldenCase @case) =>
        function.Make(new GoldenOptions<T>(@case, function.Options));

    /// <summary>How far results may be from the case: further where the catalog says that the file's values are not wanted.</summary>
    public static Tolerance ToleranceOf(FunctionEntry<T> function, GoldenCase @case)
    {
        if (typeof(T) == typeof(float) && @case.Tolerance != Tolerance.Exact)
        {
            return Tolerance.OfSinglePrecision;
        }

        return function.Golden.Deviation is { } deviation && @case.Number(deviation.Parameter, double.NaN) == deviation.Value
            ? new(@case.Tolerance.Relative, deviation.Absolute)
            : @case.Tolerance;
    }

    /// <summary>Runs the case: the values, and the gradients where the file has them.</summary>
    /// <param name="function">The function.</param>
    /// <param name="case">One of its cases.</param>
    /// <param name="x">The case's input.</param>
    public static void AssertHolds(FunctionEntry<T> function, GoldenCase @case, TensorBuffer<T> x)
    {
        ActivationLayer<T> layer = Of(function, @case);
        Tolerance tolerance = ToleranceOf(function, @case);
        TensorBuffer<T> y = Poisoned(x);
        layer.Forward(x.View, y.View);
        @case.AssertClose("output y", @case.Outputs["y"], y.View.AsReadOnly(), tolerance);
        if (@case.Gradients.Count > 0)
        {
            TensorBuffer<T> gradInput = Poisoned(x);
            layer.Backward(x.View, y.View, @case.Upstream["y"].ToBuffer<T>().View, gradInput.View);
            @case.AssertClose("gradient of x", @case.Gradients["x"], gradInput.View.AsReadOnly(), tolerance);
        }
    }

    /// <summary>Room for a result, full of what must not survive.</summary>
    private static TensorBuffer<T> Poisoned(TensorBuffer<T> like)
    {
        var buffer = new TensorBuffer<T>(like.Rows, like.Columns);
        buffer.View.Fill(T.NaN);
        return buffer;
    }
}
