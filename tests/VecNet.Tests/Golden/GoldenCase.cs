using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace VecNet.Tests;

/// <summary>One case of a golden file: hyper-parameters, inputs, what must come out, and the gradients for the given upstream.</summary>
public sealed class GoldenCase
{
    private readonly string file;
    private readonly JsonElement parameters;

    internal GoldenCase(string file, JsonElement element, Tolerance fileTolerance)
    {
        this.file = file;
        Name = element.GetProperty("name").GetString()!;
        Tolerance = Tolerance.Read(element) ?? fileTolerance;
        parameters = element.GetProperty("params");
        Inputs = Tensors(element, "inputs");
        Outputs = Tensors(element, "outputs");
        Gradients = Tensors(element, "gradients");
        Upstream = Tensors(element, "upstream");
    }

    public string Name { get; }

    /// <summary>The case's own tolerance, else the file's; for double.</summary>
    public Tolerance Tolerance { get; }

    public IReadOnlyDictionary<string, GoldenTensor> Inputs { get; }

    public IReadOnlyDictionary<string, GoldenTensor> Outputs { get; }

    /// <summary>By input's name: d(sum(upstream · output))/d(input).</summary>
    public IReadOnlyDictionary<string, GoldenTensor> Gradients { get; }

    /// <summary>By output's name: the gradient that arrives from above.</summary>
    public IReadOnlyDictionary<string, GoldenTensor> Upstream { get; }

    public double Number(string parameter) => parameters.GetProperty(parameter).GetDouble();

    /// <summary>The parameter, or <paramref name="missing"/> where the case has none or null.</summary>
    public double Number(string parameter, double missing) =>
        parameters.TryGetProperty(parameter, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : missing;

    public int WholeNumber(string parameter) => parameters.GetProperty(parameter).GetInt32();

    public bool Flag(string parameter) => parameters.GetProperty(parameter).GetBoolean();

    public string Text(string parameter) => parameters.GetProperty(parameter).GetString()!;

    public string[] Texts(string parameter) =>
        [.. parameters.GetProperty(parameter).EnumerateArray().Select(value => value.GetString()!)];

    /// <summary>The parameter's numbers; null where the case has none.</summary>
    public double[]? Numbers(string parameter) => parameters.TryGetProperty(parameter, out JsonElement value)
        && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(number => number.GetDouble())] : null;

    public int[] WholeNumbers(string parameter) =>
        [.. parameters.GetProperty(parameter).EnumerateArray().Select(value => value.GetInt32())];

    public void AssertOutput<T>(string name, ReadOnlyTensorView<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => AssertClose($"output {name}", Outputs[name], actual);

    /// <summary>For outputs of one value.</summary>
    public void AssertOutput<T>(string name, T actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => AssertClose<T>($"output {name}", Outputs[name], new[] { actual });

    public void AssertGradient<T>(string name, ReadOnlyTensorView<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => AssertClose($"gradient of {name}", Gradients[name], actual);

    /// <summary>
    /// Holds <paramref name="actual"/> to the case's tolerance (float: <see cref="Tolerance.OfSinglePrecision"/>, except where the case is
    /// exact). NaN equals NaN, infinities must match in sign, the sign of a zero does not count.
    /// </summary>
    public void AssertClose<T>(string what, GoldenTensor expected, ReadOnlyTensorView<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tolerance tolerance = typeof(T) == typeof(float) && Tolerance != Tolerance.Exact ? Tolerance.OfSinglePrecision : Tolerance;
        AssertClose(what, expected, actual, tolerance);
    }

    /// <inheritdoc cref="AssertClose{T}(string, GoldenTensor, ReadOnlyTensorView{T})"/>
    public void AssertClose<T>(string what, GoldenTensor expected, ReadOnlyTensorView<T> actual, Tolerance tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (actual.Rows != expected.Rows || actual.Columns != expected.Columns)
        {
            Assert.Fail(
                $"{file}.json, {Name}, {what}: the shape is {actual.Rows}×{actual.Columns}, expected {expected.Rows}×{expected.Columns}.");
        }

        for (int row = 0; row < actual.Rows; row++)
        {
            for (int column = 0; column < actual.Columns; column++)
            {
                double wanted = expected.Data[(row * expected.Columns) + column];
                double found = double.CreateTruncating(actual[row, column]);
                if (!IsClose(wanted, found, tolerance))
                {
                    Assert.Fail(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{file}.json, {Name}, {what}: element ({row}, {column}) is {found:R}, "
                        + $"expected {wanted:R} (rtol {tolerance.Relative}, atol {tolerance.Absolute})."));
                }
            }
        }
    }

    internal static bool IsClose(double expected, double actual, Tolerance tolerance)
    {
        if (double.IsNaN(expected) || double.IsNaN(actual))
        {
            return double.IsNaN(expected) && double.IsNaN(actual);
        }

        if (double.IsInfinity(expected) || double.IsInfinity(actual))
        {
            return expected == actual;
        }

        return Math.Abs(actual - expected) <= tolerance.Absolute + (tolerance.Relative * Math.Abs(expected));
    }

    private static Dictionary<string, GoldenTensor> Tensors(JsonElement element, string name) =>
        element.GetProperty(name).EnumerateObject().ToDictionary(property => property.Name, property => new GoldenTensor(property.Value));
}
