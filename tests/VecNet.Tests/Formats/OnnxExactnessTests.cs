using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>
/// An exported layer is as accurate as the library's, by relative errors over numbers of every size, infinities, NaN and denormal
/// numbers.
/// </summary>
/// <remarks>
/// All layers are enumerated; a new one has the strict bounds unless it is listed here as one whose sums may cancel.
/// </remarks>
public sealed class OnnxExactnessTests : IDisposable
{
    /// <summary>The relative tolerance for floats: eight units in the last place.</summary>
    private const double MostOfFloat = 1e-6;

    private const double MostOfDouble = 4e-15;

    /// <summary>
    /// The relative tolerance if the argument of an exponential is a product, whose rounding error is magnified by its size of up to 750.
    /// </summary>
    private const double MostOfDoubleInTail = 1e-12;

    private static readonly HashSet<string> InTail = ["GELU", "GELUTanh"];

    /// <summary>The layers for which the library has the absolute error of a sum of at least 1.</summary>
    private static readonly HashSet<string> OfSum = ["LogSoftmax"];

    /// <summary>The layers with sums of terms of opposite signs, whose errors are relative to the terms.</summary>
    private static readonly HashSet<string> Sums =
    [
        "BatchNorm", "FullyConnectedLayer", "LayerNorm", "Parallel", "Residual", "Sequential", "VocabularyProjection",
    ];

    /// <summary>The largest numbers: squares of larger ones overflow, and so do their sums, depending on the order.</summary>
    private const double MostOfSums = 1e15;

    private readonly ScratchDirectory scratch = new();

    /// <summary>
    /// Not among them are layers that read sequences, where a row that is not finite makes others NaN, and products of sums, whose errors
    /// grow with the square of the terms.
    /// </summary>
    public static TheoryData<string> LayerNames =>
        [.. EveryLayer.Names.Except(["Embedding", "GatedFeedForward"]).Except(EveryLayer.OfSequences)];

    public static TheoryData<string, double> Parameters { get; } = new()
    {
        { "ELU", 0 }, { "ELU", 1 }, { "ELU", 0.7 }, { "ELU", 1e-30 }, { "ELU", 1e30 },
        { "LeakyReLU", 0 }, { "LeakyReLU", 0.01 }, { "LeakyReLU", 1 }, { "LeakyReLU", 1.5 }, { "LeakyReLU", 1e30 },
        { "Softplus", 1e-30 }, { "Softplus", 1e-3 }, { "Softplus", 1 }, { "Softplus", 2.5 }, { "Softplus", 20 },
        { "Softplus", 1e3 }, { "Softplus", 1e30 },
    };

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Each_layer_keeps_its_digits(string layer)
    {
        foreach (int width in (int[])[1, 5, 33])
        {
            AssertExact<float>(layer, EveryLayer.Alone<float>(layer, width), width);
            AssertExact<double>(layer, EveryLayer.Alone<double>(layer, width), width);
        }
    }

    /// <summary>
    /// The reference is the library's result in double, whose digits are right in single precision; its float has an absolute error in
    /// tails.
    /// </summary>
    [Theory]
    [MemberData(nameof(LayerNames))]
    public void In_single_precision_each_layer_is_right_to_a_float(string layer)
    {
        if (Sums.Contains(layer) || layer == "Softplus")
        {
            // βx is rounded to a float in the library, too, before the exponential magnifies that.
            return;
        }

        float[] x = Numbers<float>(1);
        double[] wide = [.. x.Select(value => (double)value)];
        OnnxFile.Write(new Model<float>(EveryLayer.Alone<float>(layer, 1)), scratch["m.onnx"]);
        float[] actual = Run<float>(scratch["m.onnx"], x, 1);
        NeuralNetwork<double> network = EveryLayer.Alone<double>(layer, 1);
        double[] right = network.Predict(
            new ReadOnlyTensorView<double>(wide, wide.Length, 1), network.CreateInferenceWorkspace(wide.Length)).AsSpan().ToArray();
        for (int i = 0; i < x.Length; i++)
        {
            double allowed = (MostOfFloat * Math.Abs(right[i])) + (8 * float.Epsilon * Math.Min(Math.Max(1, Math.Abs(wide[i])), 1e3));
            bool isRight = float.IsFinite((float)right[i]) ? Math.Abs(actual[i] - right[i]) <= allowed : actual[i].Equals((float)right[i]);
            Assert.True(isRight, $"{layer} of {x[i]:R}: {actual[i]:R} instead of {right[i]:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Each_parameter_keeps_its_digits(string layer, double parameter)
    {
        AssertExact<float>(layer, Of<float>(), 1);
        AssertExact<double>(layer, Of<double>(), 1);

        NeuralNetwork<T> Of<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            new(
                1,
                [
                    layer switch
                    {
                        "ELU" => new ELU<T>(parameter),
                        "LeakyReLU" => new LeakyReLU<T>(parameter),
                        _ => new Softplus<T>(parameter),
                    },
                ]);
    }

    /// <summary>Cases that were wrong before; the result is NaN if the library's is.</summary>
    [Theory]
    [InlineData("ELU", -1e-8, -6.999999965e-9)]
    [InlineData("ELU", double.NegativeInfinity, -0.7)]
    [InlineData("Softplus", -8, 8.244614481257523e-10)]
    [InlineData("Softplus", double.NegativeInfinity, 0)]
    [InlineData("Softplus", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("GELU", -10, -7.61985302416052e-23)]
    [InlineData("GELU", double.NegativeInfinity, 0)]
    [InlineData("GELUTanh", double.NegativeInfinity, 0)]
    [InlineData("SiLU", -50, -9.643749239819588e-21)]
    [InlineData("SiLU", double.NegativeInfinity, 0)]
    [InlineData("SiLU", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("Sigmoid", -50, 1.9287498479639178e-22)]
    [InlineData("Tanh", 1e-30, 1e-30)]
    [InlineData("ReLU", double.NaN, double.NaN)]
    [InlineData("GELU", double.NaN, double.NaN)]
    public void Hard_numbers_give_what_they_should(string layer, double x, double expected)
    {
        OnnxFile.Write(new Model<double>(EveryLayer.Alone<double>(layer, 1)), scratch["double.onnx"]);
        OnnxFile.Write(new Model<float>(EveryLayer.Alone<float>(layer, 1)), scratch["float.onnx"]);
        double actual = Run<double>(scratch["double.onnx"], [x], 1)[0];
        float inFloat = Run<float>(scratch["float.onnx"], [(float)x], 1)[0];
        if (double.IsFinite(expected) && expected != 0)
        {
            Assert.Equal(1, actual / expected, 1e-13);
            Assert.Equal(1, inFloat / expected, 1e-6);
        }
        else
        {
            Assert.Equal((expected, (float)expected), (actual, inFloat));
        }
    }

    /// <summary>The squares of the rows overflow in their type: the deviation of 1, 2, 3 and 6 units is √3.5 units.</summary>
    [Theory]
    [InlineData(1e-3, 0)]
    [InlineData(1e18, 1e-5)]
    [InlineData(1e25, 1e-5)]
    [InlineData(5e37, 1e-12)]
    [InlineData(1e-30, 0)]
    [InlineData(1e170, 1e-5, true)]
    [InlineData(2e307, 1e-12, true)]
    [InlineData(1e-200, 0, true)]
    [InlineData(1e-200, 1e-300, true)]
    public void Layer_norm_has_its_digits_at_the_ends_of_the_range(double unit, double epsilon, bool onlyDouble = false)
    {
        Normalized<double>(1e-14);
        if (!onlyDouble)
        {
            Normalized<float>(1e-6);
        }

        void Normalized<T>(double error)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var network = new NeuralNetwork<T>(4, [new LayerNorm<T>(epsilon)]);
            OnnxFile.Write(new Model<T>(network), scratch["m.onnx"]);
            T[] x = [.. ((double[])[1, 2, 3, 6, 0.7, 0.7, 0.7, 0.7]).Select(part => T.CreateTruncating(part * unit))];
            T[] actual = Run<T>(scratch["m.onnx"], x, 4);
            T[] inLibrary = network.Predict(new ReadOnlyTensorView<T>(x, 2, 4), network.CreateInferenceWorkspace(2)).AsSpan().ToArray();
            double deviation = double.Hypot(Math.Sqrt(3.5), Math.Sqrt(epsilon) / unit);
            double[] expected = [-2 / deviation, -1 / deviation, 0, 3 / deviation];
            for (int i = 0; i < 4; i++)
            {
                Assert.Equal(expected[i], double.CreateTruncating(actual[i]), error);
                Assert.Equal(expected[i], double.CreateTruncating(inLibrary[i]), error);
            }

            // Without ε, the normalization of equal numbers has no result.
            Assert.All(actual[4..], value => Assert.Equal(epsilon > 0 ? T.Zero : T.NaN, value));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1.5)]
    [InlineData(EveryLayer.Entries)]
    [InlineData(-1e-30)]
    [InlineData(1e30)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    public void An_index_that_the_network_refuses_is_refused_there(double index)
    {
        Refused<float>();
        Refused<double>();

        void Refused<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            NeuralNetwork<T> network = EveryLayer.Alone<T>("Embedding", 2);
            OnnxFile.Write(new Model<T>(network), scratch["m.onnx"]);
            T[] rows = [T.One, T.NegativeZero, T.CreateTruncating(index), T.One];
            Assert.Equal(2 * network.OutputSize, Run<T>(scratch["m.onnx"], [.. rows[..2], .. rows[..2]], 2).Length);
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                network.Predict(new ReadOnlyTensorView<T>(rows, 2, 2), network.CreateInferenceWorkspace(2)));
            Assert.Contains(
                "out of data bounds",
                Assert.Throws<OnnxRuntimeException>(() => Run<T>(scratch["m.onnx"], rows, 2)).Message,
                StringComparison.Ordinal);
        }
    }

    private void AssertExact<T>(string layer, NeuralNetwork<T> network, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Numbers<T>(width);
        int rows = x.Length / width;
        OnnxFile.Write(new Model<T>(network), scratch["m.onnx"]);
        T[] actual = Run<T>(scratch["m.onnx"], x, width);
        T[] expected = network.Predict(
            new ReadOnlyTensorView<T>(x, rows, width), network.CreateInferenceWorkspace(rows)).AsSpan().ToArray();
        int outputs = network.OutputSize;
        double part = typeof(T) == typeof(float) ? MostOfFloat : InTail.Contains(layer) ? MostOfDoubleInTail : MostOfDouble;
        double denormal = typeof(T) == typeof(float) ? float.Epsilon : double.Epsilon;
        double unit = Math.ScaleB(1, typeof(T) == typeof(float) ? -24 : -53);
        for (int i = 0; i < actual.Length; i++)
        {
            double right = double.CreateTruncating(expected[i]);
            double got = double.CreateTruncating(actual[i]);
            ReadOnlySpan<T> row = x.AsSpan(i / outputs * width, width);
            double largest = 1;
            foreach (T value in row)
            {
                largest = T.IsFinite(value) ? Math.Max(largest, Math.Abs(double.CreateTruncating(value))) : largest;
            }

            // In a tail, the library has an absolute error of a unit of the argument, and a denormal power loses
            // digits.
            double allowed = (part * Math.Abs(right)) + (8 * denormal * Math.Min(largest, 1e3))
                + (InTail.Contains(layer) ? 2 * unit * Math.Min(largest, 1e3)
                    : OfSum.Contains(layer) ? 4 * unit
                    : Sums.Contains(layer) ? 1024 * unit * largest
                    : 0);
            if (Sums.Contains(layer) && largest > MostOfSums)
            {
                continue;
            }

            // Softmax of the runtime has zeros in place of denormal numbers, except with AVX-512.
            bool isZeroForDenormal = layer == "Softmax" && got == 0 && typeof(T) == typeof(float) && Math.Abs(right) < Math.ScaleB(1, -126);
            bool isRight = isZeroForDenormal
                || (double.IsFinite(right) ? Math.Abs(got - right) <= allowed : right.Equals(got));
            Assert.True(
                isRight,
                $"{typeof(T).Name} {layer} of {string.Join(", ", row.ToArray())}: {got:R} instead of {right:R}, "
                    + $"{Math.Abs((got / right) - 1):G3} of it off");
        }
    }

    /// <summary>
    /// Numbers of every size and sign, densely near kinks; rows of several numbers have first similar and then different sizes.
    /// </summary>
    private static T[] Numbers<T>(int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SplitMix64(5);
        List<double> numbers =
        [
            0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, float.Epsilon, float.MaxValue,
            float.MinValue,
        ];
        (int least, int most) = typeof(T) == typeof(float) ? (-149, 127) : (-1074, 1023);
        for (int power = least; power <= most; power++)
        {
            foreach (double mantissa in (double[])[1, 1 + random.NextDouble(), 1.999])
            {
                numbers.Add(Math.ScaleB(mantissa, power));
                numbers.Add(Math.ScaleB(-mantissa, power));
            }
        }

        for (int i = -4000; i <= 4000; i++)
        {
            numbers.Add(i * 0.02713 * (typeof(T) == typeof(float) ? 1 : 7));
        }

        for (int i = 0; width > 1 && i < 4000; i++)
        {
            numbers.Add(numbers[(int)(numbers.Count * random.NextDouble())]);
        }

        return [.. numbers.Take(numbers.Count / width * width).Select(number => T.CreateTruncating(number))];
    }

    private static T[] Run<T>(string path, T[] input, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("input", new DenseTensor<T>(input, [input.Length / width, width]))]);
        return results.Single().AsTensor<T>().ToArray();
    }
}
