using System.Diagnostics;
using System.Numerics.Tensors;
using System.Reflection;

namespace VecNet.Tests;

/// <summary>Something that must be refused.</summary>
/// <param name="What">What lies.</param>
/// <param name="Exception">The type, exactly.</param>
/// <param name="Parameter">The parameter that it names.</param>
/// <param name="Act">Who must throw.</param>
/// <param name="Says">What the message must contain: both numbers, or both shapes.</param>
internal sealed record Refusal(string What, Type Exception, string? Parameter, Action Act, params string[] Says)
{
    public override string ToString() => What;
}

/// <summary>Shape mismatches throw the right exception, which names the parameter and both sizes.</summary>
public sealed unsafe class RefusalTests
{
    private static readonly Dictionary<string, Refusal> Refusals = All().ToDictionary(refusal => refusal.What);

    public static TheoryData<string> Names => [.. Refusals.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by_name_and_numbers(string what)
    {
        Refusal refusal = Refusals[what];
        Exception? thrown = Record.Exception(refusal.Act);
        Assert.True(thrown is not null, $"{what}: not refused.");
        Assert.True(thrown.GetType() == refusal.Exception, $"{what}: {thrown}");
        Assert.Equal(refusal.Parameter, (thrown as ArgumentException)?.ParamName);
        Assert.All(refusal.Says, part => Assert.Contains(part, thrown.Message, StringComparison.Ordinal));
        if (refusal.Parameter is not null)
        {
            // The method that was called is the last of the library's on the way back to this test. Fully optimized code
            // (TieredCompilation=0) may have inlined it; then the last is an internal one, whose parameters may have other names, or none.
            MethodBase? called = new StackTrace(thrown).GetFrames()
                .Select(frame => frame.GetMethod())
                .TakeWhile(method => method?.Module.Assembly != typeof(RefusalTests).Assembly)
                .LastOrDefault(method => method?.Module.Assembly == typeof(Model<>).Assembly);
            if (called is { IsPublic: true, DeclaringType.IsVisible: true })
            {
                Assert.True(
                    called.GetParameters().Any(parameter => parameter.Name == refusal.Parameter),
                    $"{what}: {called.DeclaringType.Name}.{called.Name} has no parameter '{refusal.Parameter}'.");
            }
        }
    }

    private static IEnumerable<Refusal> All() => [.. Views(), .. Buffers(), .. TensorSpans(), .. Calls(), .. Networks(), .. Data()];

    private static IEnumerable<Refusal> Views()
    {
        float[] ten = new float[10];
        Type range = typeof(ArgumentOutOfRangeException), argument = typeof(ArgumentException);
        foreach (bool readOnly in new[] { false, true })
        {
            string kind = readOnly ? "read-only view" : "view";
            void Make(int rows, int columns, int stride)
            {
                _ = readOnly
                    ? new ReadOnlyTensorView<float>(ten, rows, columns, stride).Length
                    : new TensorView<float>(ten, rows, columns, stride).Length;
            }

            yield return new($"{kind}, span one too short", argument, "span", () => Make(3, 3, 4), "3×3", "stride 4", "11", "10");
            yield return new(
                $"{kind}, product over int.MaxValue", argument, "span", () => Make(65536, 65536, 65536), "65536×65536", "4294967296", "10");
            yield return new(
                $"{kind}, product over long's lower half", argument, "span",
                () => Make(int.MaxValue, int.MaxValue, int.MaxValue), "4611686014132420609", "10");
            yield return new(
                $"{kind}, stride that leads over int.MaxValue", argument, "span", () => Make(3, 2, int.MaxValue), "4294967296", "10");
            yield return new($"{kind}, negative rows", range, "rows", () => Make(-1, 2, 2), "-1");
            yield return new($"{kind}, negative columns", range, "columns", () => Make(2, -7, 2), "-7");
            yield return new($"{kind}, least of all rows", range, "rows", () => Make(int.MinValue, 2, 2), $"{int.MinValue}");
            yield return new($"{kind}, stride below the width", range, "rowStride", () => Make(2, 5, 4), "4", "5");
            yield return new($"{kind}, negative stride", range, "rowStride", () => Make(2, 0, -1), "-1", "0");
        }

        yield return new("row behind the last", range, "row", () => _ = ten.AsView(2, 5)[2, 0], "2");
        yield return new("column behind the last", range, "column", () => _ = ten.AsView(2, 5)[1, 5], "5");
        yield return new("slice of too many rows", range, "start", () => ten.AsView(2, 5).SliceRows(1, 2), "2 rows from 1", "2 rows");
        yield return new(
            "slice of too many columns", range, "start",
            () => ten.AsView(2, 5).SliceColumns(3, int.MaxValue), $"{int.MaxValue}",
            "5 columns");
        yield return new(
            "block of too many columns", range, "column", () => ten.AsView(2, 5).Slice(0, 3, 2, 3), "3 columns from 3", "5 columns");
        yield return new("array shorter than its shape", argument, "array", () => ten.AsView(3, 4), "12", "10");
        yield return new("span shorter than its shape", argument, "span", () => ten.AsSpan().AsView(3, 4), "12", "10");
    }

    private static IEnumerable<Refusal> Buffers()
    {
        Type range = typeof(ArgumentOutOfRangeException);
        yield return new("buffer of negative rows", range, "rows", () => _ = new TensorBuffer<float>(-3, 2), "-3");
        yield return new("buffer of negative columns", range, "columns", () => _ = new TensorBuffer<double>(3, -2), "-2");
        yield return new(
            "buffer over int.MaxValue", range, "columns", () => _ = new TensorBuffer<float>(65536, 65536), "65536×65536", "4294967296");
        yield return new(
            "buffer of int.MaxValue and its alignment", range, "columns",
            () => _ = new TensorBuffer<float>(1, int.MaxValue), $"{int.MaxValue}");
    }

    /// <summary>Tensor spans over memory that is never touched: their shape alone is asked for.</summary>
    private static IEnumerable<Refusal> TensorSpans()
    {
        Type argument = typeof(ArgumentException);
        yield return new(
            "tensor span over int.MaxValue elements", argument, "tensor",
            () => Of([65536, 65536]).AsView(), "4294967296", $"{int.MaxValue}");
        yield return new(
            "tensor span of one row over int.MaxValue", argument, "tensor",
            () => Of([(nint)1 << 33]).AsView(), $"{1L << 33}", $"{int.MaxValue}");
        yield return new(
            "tensor span whose stride leads over int.MaxValue", argument, "tensor",
            () => Of([3, 2], 1 << 30, 1).AsView(), "2147483650", $"{int.MaxValue}");
        yield return new("tensor span of rank 3", argument, "tensor", () => Of([2, 3, 4]).AsView(), "3");
        yield return new("tensor span whose rows are one", argument, "tensor", () => Of([2, 3], 0, 1).AsView(), "0", "3");
        yield return new("tensor span of every second element", argument, "tensor", () => Of([2, 3], 6, 2).AsView(), "2", "1");
        yield return new(
            "empty tensor span of too many rows", argument, "tensor",
            () => Of([(nint)1 << 33, 0]).AsView(), $"{1L << 33}", $"{int.MaxValue}");
        yield return new(
            "read-only tensor span over int.MaxValue elements", argument, "tensor",
            () => ((ReadOnlyTensorSpan<float>)Of([65536, 65536])).AsView(), "4294967296");
    }

    private static TensorSpan<float> Of(nint[] lengths, params nint[] strides) => new((float*)4096, nint.MaxValue / 8, lengths, strides);

    private static IEnumerable<Refusal> Calls()
    {
        Type argument = typeof(ArgumentException), range = typeof(ArgumentOutOfRangeException);
        var (two, three, four) = (new float[2, 3], new float[3, 2], new float[4, 3]);
        yield return new("product of shapes that do not meet", argument, "b", () => MatMul.Multiply<float>(two, two, two), "2×3");
        yield return new("product into another shape", argument, "c", () => MatMul.Multiply<float>(two, three, two), "2×3", "3×2");
        yield return new(
            "product with a bias too wide",
            argument,
            "bias",
            () => MatMul.Multiply<float>(two, three, new float[2, 2], bias: two),
            "2×3",
            "1×2");
        yield return new(
            "product on no thread", range, "threads", () => MatMul.Multiply<float>(two, three, new float[2, 2], threads: 0), "0");
        yield return new("activation into another shape", argument, "output", () => Sigmoid.Forward<float>(two, four), "2×3", "4×3");
        yield return new("softmax into another shape", argument, "output", () => Softmax.Forward<float>(two, three), "2×3", "3×2");
        yield return new("sum of different shapes", argument, "y", () => Elementwise.Add<float>(two, three, two), "2×3", "3×2");
        yield return new(
            "targets of another shape",
            argument,
            "targets",
            () => new MeanSquaredError<float>().Forward(two.AsView(), three),
            "2×3",
            "3×2");
        yield return new(
            "too few classes", argument, "targets", () => new SoftmaxCrossEntropy<float>().Forward(two.AsView(), new[] { 1 }), "1", "2");
        yield return new(
            "a class too high", range, "targets",
            () => new SoftmaxCrossEntropy<float>().Forward(two.AsView(), new[] { 1, 3 }),
            "row 1", "3 classes");
        yield return new(
            "a negative class", range, "targets",
            () => new CategoricalCrossEntropy<float>().Forward(two.AsView(), new[] { -1, 0 }),
            "-1", "3 classes");
        yield return new(
            "gradient of another shape",
            argument,
            "gradPrediction",
            () => new SoftmaxCrossEntropy<float>().Backward(two, new[] { 1, 2 }, three),
            "2×3",
            "3×2");
        yield return new(
            "weights of another shape", argument, "gradWeights",
            () => FullyConnected.Backward<float>(two, three, new float[2, 2], default, two, default),
            "2×3", "3×2");
        yield return new(
            "more gradients than parameters", argument, "gradients", () => new Sgd<float>(0.1).Step(new float[3], new float[4]), "3", "4");
    }

    private static IEnumerable<Refusal> Networks()
    {
        Type argument = typeof(ArgumentException), range = typeof(ArgumentOutOfRangeException);
        var network = new NeuralNetwork<float>(3, 2, [4], new Tanh<float>());
        Workspace<float> workspace = network.CreateTrainingWorkspace(2);
        yield return new("input too wide", argument, "input", () => network.Predict(new float[2, 4], workspace), "4", "3");
        yield return new("more rows than room", argument, "input", () => network.Predict(new float[5, 3], workspace), "5", "2");
        yield return new("negative capacity", range, "capacity", () => network.CreateInferenceWorkspace(-1), "-1");
        yield return new(
            "network without inputs", range, "inputSize", () => _ = new NeuralNetwork<float>(0, 2, [4], new Tanh<float>()), "0");
        yield return new("layer without outputs", range, "outputFeatures", () => _ = new FullyConnectedLayer<float>(-4), "-4");
        yield return new(
            "layers over int.MaxValue", argument, null,
            () => _ = new NeuralNetwork<float>(65536, 65536, [65536], new Tanh<float>()),
            "65536×65536", "4294967296");
    }

    private static IEnumerable<Refusal> Data()
    {
        Type argument = typeof(ArgumentException);
        var features = new TensorBuffer<float>(3, 2);
        yield return new("rows without class", argument, "classes", () => _ = new Dataset<float>(features, new int[4]), "3", "4");
        var network = new NeuralNetwork<float>(2, 3, [], new Tanh<float>());
        var model = new Model<float>(network, new Standardization<float>([1, 2], [1, 1]))
        {
            TargetStandardization = new Standardization<float>([1, 2, 3], [1, 1, 1]),
        };
        yield return new(
            "inputs of another shape", argument, "inputs", () => model.PrepareInputs(new double[4, 2], new float[4, 3]), "4×3", "4×2");
        yield return new(
            "predictions of another shape", argument, "predictions",
            () => model.RestoreOutputs(new float[4, 3], new double[3, 3]), "3×3", "4×3");
        foreach ((TrainerOptions options, string name) in new (TrainerOptions, string)[]
        {
            (new() { Epochs = -1 }, "Epochs"), (new() { BatchSize = 0 }, "BatchSize"), (new() { Patience = 0 }, "Patience"),
            (new() { Threads = 0 }, "Threads"), (new() { AccumulatedBatches = 0 }, "AccumulatedBatches"),
            (new() { MaxGradientNorm = double.NaN }, "MaxGradientNorm"), (new() { MaxGradientValue = 0 }, "MaxGradientValue"),
        })
        {
            yield return new(
                $"trainer option {name}", typeof(ArgumentOutOfRangeException), "options",
                () => _ = new Trainer<float>(network, new Sgd<float>(0.1), new SoftmaxCrossEntropy<float>(), options), $"options.{name}");
        }

        yield return new(
            "weights for other classes", argument, "prediction",
            () => new SoftmaxCrossEntropy<float>([1, 2]).Forward(new float[4, 3].AsView(), new int[4]), "3 columns", "2 weights");
        yield return new(
            "rows without values", argument, "values", () => _ = new Dataset<float>(features, new TensorBuffer<float>(2, 2)), "3", "2");
        yield return new(
            "deviations for other features", argument, "deviations", () => _ = new Standardization<float>([1, 2], [1]), "2", "1");
        yield return new(
            "features that nothing is known of", argument, "source",
            () => new Standardization<float>([1], [1]).Apply(features.View), "2", "1");
        yield return new(
            "statistics of no row", argument, "features", () => Standardization.Fit<float>(new TensorBuffer<float>(0, 2).View), "no row");
    }
}
