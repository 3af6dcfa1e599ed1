using System.Numerics;
using static VecNet.Tests.Access;

namespace VecNet.Tests;

/// <summary>
/// Every public way to compute over views. What stands here is tested between protected pages, for every kind of sharing, for allocations,
/// on many threads and at every width; <see cref="OperationRegistryTests"/> fails when a public method is missing.
/// </summary>
/// <remarks>A function of one view, or of two with a result of the same shape, joins by its line in <see cref="Passes{T}"/>.</remarks>
internal static class Operations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private delegate void Multiplication(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, bool accumulate, ReadOnlyTensorView<T> bias, int threads);

    private delegate void MultiplicationBy(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c,
        MatMulAlgorithm algorithm, bool accumulate, ReadOnlyTensorView<T> bias, int threads);

    private static readonly T Half = T.CreateTruncating(0.5);

    public static IReadOnlyDictionary<string, Operation<T>> All { get; } =
        new[]
            {
                OfPasses(), Arithmetic(), Products(), Connected(), SparselyConnected(), Normalizations(), SequenceOperations<T>.All,
                Loss<T>.All, Training(), Views(), Networks(),
            }
            .SelectMany(operations => operations).ToDictionary(operation => operation.Name);

    public static IEnumerable<string> Names => All.Keys;

    private static IEnumerable<Operation<T>> OfPasses() =>
    [
        .. Passes<T>.Forward.Select(pass => new Operation<T>(
            $"{pass.Key}.Forward", s => [Like(s, "input", Read), Like(s, "output", Write, "input")], x => pass.Value(x[0], x[1]))),
        .. Passes<T>.Binary.Select(pass => Binary(pass.Key, pass.Value)),
    ];

    private static IEnumerable<Operation<T>> Arithmetic() =>
    [
        Binary("Elementwise.Add", Elementwise.Add),
        Binary("Elementwise.Subtract", Elementwise.Subtract),
        Binary("Elementwise.Multiply", Elementwise.Multiply),
        Binary("Elementwise.Divide", Elementwise.Divide),
        new("Elementwise.Scale", s => [Like(s, "x", Read), Like(s, "destination", Write, "x")], x => Elementwise.Scale(x[0], Half, x[1])),
        new("Dropout.FillMask", s => [Like(s, "mask", Write)], s =>
        {
            var random = new SplitMix64(7);
            return x => Dropout.FillMask(0.4, random, x[0]);
        }),
    ];

    private static IEnumerable<Operation<T>> Products()
    {
        static Operand[] Operands(Sizes s, Operand a, Operand b, int rows) => [a, b, new("c", rows, s.Outputs, Write)];
        static Operand[] WithBias(Sizes s, Operand a, Operand b, int rows) =>
        [
            a, b, new("c", rows, s.Outputs, Update), new("bias", 1, s.Outputs, Read),
        ];
        const string Rest = ", accumulated with a bias on three threads";
        const string Strassen = ", Strassen–Winograd on two levels";
        MatMulAlgorithm twoLevels = MatMulAlgorithm.StrassenWinogradLevels(2);
        (string, Func<Sizes, (Operand A, Operand B, int Rows)>, Multiplication, MultiplicationBy)[] products =
        [
            ("Multiply", s => (Like(s, "a", Read), new("b", s.Columns, s.Outputs, Read), s.Rows), MatMul.Multiply, MatMul.Multiply),
            ("MultiplyTransposeA", s => (Like(s, "a", Read), new("b", s.Rows, s.Outputs, Read), s.Columns),
                MatMul.MultiplyTransposeA, MatMul.MultiplyTransposeA),
            ("MultiplyTransposeB", s => (Like(s, "a", Read), new("b", s.Outputs, s.Columns, Read), s.Rows),
                MatMul.MultiplyTransposeB, MatMul.MultiplyTransposeB),
        ];
        foreach (var (name, shape, call, by) in products)
        {
            yield return new(
                $"MatMul.{name}", s => Operands(s, shape(s).A, shape(s).B, shape(s).Rows), x => call(x[0], x[1], x[2], false, default, 1));
            yield return new(
                $"MatMul.{name}{Rest}",
                s => WithBias(s, shape(s).A, shape(s).B, shape(s).Rows),
                x => call(x[0], x[1], x[2], true, x[3], 3));
            yield return new(
                $"MatMul.{name}{Strassen}", s => Operands(s, shape(s).A, shape(s).B, shape(s).Rows),
                x => by(x[0], x[1], x[2], twoLevels, false, default, 1));
            yield return new(
                $"MatMul.{name}{Strassen}{Rest}",
                s => WithBias(s, shape(s).A, shape(s).B, shape(s).Rows),
                x => by(x[0], x[1], x[2], twoLevels, true, x[3], 3));
        }
    }

    private static IEnumerable<Operation<T>> Connected()
    {
        static Operand[] Operands(Sizes s, Access access) =>
        [
            Like(s, "input", Read), new("weights", s.Columns, s.Outputs, Read), new("gradOutput", s.Rows, s.Outputs, Read),
            Like(s, "gradInput", Write), new("gradWeights", s.Columns, s.Outputs, access), new("gradBias", 1, s.Outputs, access),
        ];
        return
        [
            new("FullyConnected.Forward", s =>
                [
                    Like(s, "input", Read), new("weights", s.Columns, s.Outputs, Read), new("bias", 1, s.Outputs, Read),
                    new("output", s.Rows, s.Outputs, Write),
                ],
                x => FullyConnected.Forward(x[0], x[1], x[2], x[3])),
            new("FullyConnected.Backward", s => Operands(s, Write), x => FullyConnected.Backward(x[0], x[1], x[2], x[3], x[4], x[5])),
            new(
                "FullyConnected.Backward, accumulated",
                s => Operands(s, Update),
                x => FullyConnected.Backward(x[0], x[1], x[2], x[3], x[4], x[5], accumulate: true)),
            new("FullyConnected.Backward, weights alone", s =>
                [
                    Like(s, "input", Read), new("weights", s.Columns, s.Outputs, Read),
                    new("gradOutput", s.Rows, s.Outputs, Read), new("gradWeights", s.Columns, s.Outputs, Write),
                ],
                x => FullyConnected.Backward(x[0], x[1], x[2], default, x[3], default)),
        ];
    }

    /// <summary>The values of the sparse rows are an operand; every row has all columns, in descending order.</summary>
    private static IEnumerable<Operation<T>> SparselyConnected()
    {
        static Operand Values(Sizes s) => new("input", 1, s.Rows * s.Columns, Read);
        static Operand[] Gradients(Sizes s, Access access) =>
        [
            Values(s), new("gradOutput", s.Rows, s.Outputs, Read),
            new("gradWeights", s.Columns, s.Outputs, access), new("gradBias", 1, s.Outputs, access),
        ];
        static Operation<T> Backward(string name, Access access, bool accumulate) => new(name, s => Gradients(s, access), s =>
        {
            (int[] starts, int[] indices) = Pattern(s);
            return x => SparseFullyConnected.Backward(Rows(x[0], starts, indices, s), x[1], x[2], x[3], accumulate);
        });
        static (int[] Starts, int[] Indices) Pattern(Sizes s) => (
            [.. Enumerable.Range(0, s.Rows + 1).Select(row => row * s.Columns)],
            [.. Enumerable.Range(0, s.Rows * s.Columns).Select(i => s.Columns - 1 - (i % s.Columns))]);
        static SparseRowsView<T> Rows(ReadOnlyTensorView<T> values, int[] starts, int[] indices, Sizes s) =>
            new(starts, indices, values.IsEmpty ? default : values.Row(0), s.Columns);
        return
        [
            new Operation<T>(
                "SparseFullyConnected.Forward",
                s =>
                [
                    Values(s), new("weights", s.Columns, s.Outputs, Read), new("bias", 1, s.Outputs, Read),
                    new("output", s.Rows, s.Outputs, Write),
                ],
                s =>
                {
                    (int[] starts, int[] indices) = Pattern(s);
                    return x => SparseFullyConnected.Forward(Rows(x[0], starts, indices, s), x[1], x[2], x[3]);
                }),
            Backward("SparseFullyConnected.Backward", Write, accumulate: false),
            Backward("SparseFullyConnected.Backward, accumulated", Update, accumulate: true),
        ];
    }

    private static IEnumerable<Operation<T>> Normalizations()
    {
        static Operand Column(Sizes s, string name, Access access, bool isPositive = false) =>
            new(name, 1, s.Columns, access, IsPositive: isPositive);

        // One row alone has no variance.
        static Operand Taller(Sizes s, string name, Access access, params string[] over) => new(name, s.Rows + 1, s.Columns, access, over);
        static Operand[] Backward(Sizes s, Operand statistics) =>
        [
            Like(s, "input", Read), Column(s, "gamma", Read), statistics, Like(s, "gradOutput", Read),
            Like(s, "gradInput", Write, "gradOutput"), Column(s, "gradGamma", Write), Column(s, "gradBeta", Write),
        ];
        const int Entries = 5;
        static TensorBuffer<T> Indices(Sizes s)
        {
            var indices = new TensorBuffer<T>(s.Rows, s.Columns);
            for (int i = 0; i < indices.Length; i++)
            {
                indices.Span[i] = T.CreateTruncating(i * 7 % Entries);
            }

            return indices;
        }

        return
        [
            new("LayerNorm.Forward", s =>
                [
                    Like(s, "input", Read), Column(s, "gamma", Read), Column(s, "beta", Read),
                    Like(s, "output", Write, "input"), new("statistics", s.Rows, 2, Write),
                ],
                x => LayerNorm.Forward(x[0], x[1], x[2], x[3], x[4], 0.1)),
            new(
                "LayerNorm.Forward, without scale",
                s => [Like(s, "input", Read), Like(s, "output", Write, "input")],
                x => LayerNorm.Forward<T>(x[0], default, default, x[1], default, 0.1)),
            new(
                "LayerNorm.Backward", s => Backward(s, new("statistics", s.Rows, 2, Read)),
                x => LayerNorm.Backward(x[0], x[1], x[2], x[3], x[4], x[5], x[6])),
            new("LayerNorm.Backward, without scale", s =>
                [
                    Like(s, "input", Read), new("statistics", s.Rows, 2, Read),
                    Like(s, "gradOutput", Read), Like(s, "gradInput", Write, "gradOutput"),
                ],
                x => LayerNorm.Backward<T>(x[0], default, x[1], x[2], x[3], default, default)),
            new(
                "RmsNorm.Forward",
                s =>
                [
                    Like(s, "input", Read), Column(s, "gamma", Read), Like(s, "output", Write, "input"),
                    new("coefficients", s.Rows, 1, Write),
                ],
                x => RmsNorm.Forward(x[0], x[1], x[2], x[3], 0.1)),
            new(
                "RmsNorm.Forward, without scale",
                s => [Like(s, "input", Read), Like(s, "output", Write, "input")],
                x => RmsNorm.Forward<T>(x[0], default, x[1], default, 0.1)),
            new(
                "RmsNorm.Backward",
                s =>
                [
                    Like(s, "input", Read), Column(s, "gamma", Read), new("coefficients", s.Rows, 1, Read), Like(s, "gradOutput", Read),
                    Like(s, "gradInput", Write, "gradOutput"), Column(s, "gradGamma", Write),
                ],
                x => RmsNorm.Backward(x[0], x[1], x[2], x[3], x[4], x[5])),
            new(
                "RmsNorm.Backward, without scale",
                s =>
                [
                    Like(s, "input", Read), new("coefficients", s.Rows, 1, Read), Like(s, "gradOutput", Read),
                    Like(s, "gradInput", Write, "gradOutput"),
                ],
                x => RmsNorm.Backward<T>(x[0], default, x[1], x[2], x[3], default)),
            new("BatchNorm.Forward", s =>
                [
                    Taller(s, "input", Read), Column(s, "gamma", Read), Column(s, "beta", Read),
                    Taller(s, "output", Write, "input"), new("statistics", 2, s.Columns, Write),
                    Column(s, "runningMean", Update), Column(s, "runningVariance", Update),
                ],
                x => BatchNorm.Forward(x[0], x[1], x[2], x[3], x[4], x[5], x[6], 0.25, 0.1)) { Least = new(1, 0, 0) },
            new("BatchNorm.Infer", s =>
                [
                    Like(s, "input", Read), Column(s, "gamma", Read), Column(s, "beta", Read), Column(s, "runningMean", Read),
                    Column(s, "runningVariance", Read, isPositive: true), Like(s, "output", Write, "input"),
                ],
                x => BatchNorm.Infer(x[0], x[1], x[2], x[3], x[4], x[5])),
            new(
                "BatchNorm.Backward", s => Backward(s, new("statistics", 2, s.Columns, Read)),
                x => BatchNorm.Backward(x[0], x[1], x[2], x[3], x[4], x[5], x[6])),
            new(
                "Embedding.Forward",
                s => [new("table", Entries, s.Outputs, Read), new("output", s.Rows, s.Columns * s.Outputs, Write)],
                s =>
                {
                    TensorBuffer<T> indices = Indices(s);
                    return x => Embedding.Forward(indices.View, x[0], x[1]);
                }),
            new(
                "Embedding.Backward",
                s => [new("gradOutput", s.Rows, s.Columns * s.Outputs, Read), new("gradTable", Entries, s.Outputs, Write)],
                s =>
                {
                    TensorBuffer<T> indices = Indices(s);
                    return x => Embedding.Backward(indices.View, x[0], x[1]);
                }),
        ];
    }

    private static IEnumerable<Operation<T>> Training()
    {
        static Operation<T> Step(OptimizerEntry<T> entry) => new(
            $"Optimizer.Step, {entry.Name}", s => [new("parameters", 1, s.Columns, Update), new("gradients", 1, s.Columns, Read)], s =>
            {
                Optimizer<T> optimizer = entry.Sample;
                return x => optimizer.Step(x[0].AsSpan(), x[1].AsSpan());
            });
        return
        [
            .. OperationCatalog<T>.Optimizers.Select(Step),
            new("GradientClipping.ByNorm", s => [new("gradients", 1, s.Columns, Update)], x => GradientClipping.ByNorm(x[0].AsSpan(), 1)),
            new("GradientClipping.ByValue", s => [new("gradients", 1, s.Columns, Update)], x => GradientClipping.ByValue(x[0].AsSpan(), 1)),
            new(
                "RegressionMetrics.Compute",
                s => [Like(s, "predictions", Read), Like(s, "values", Read), new("result", 1, 2, Returned)],
                x =>
                {
                    RegressionMetrics metrics = RegressionMetrics.Compute<T>(x[0], x[1]);
                    (x[2][0, 0], x[2][0, 1]) =
                        (T.CreateTruncating(metrics.MeanAbsoluteError), T.CreateTruncating(metrics.RootMeanSquaredError));
                }) { Least = new(1, 1, 0) },
            new("Standardization.Apply", s => [Like(s, "source", Read), Like(s, "destination", Write, "source")], s =>
            {
                var standardization = new Standardization<T>(
                    [.. Enumerable.Repeat(0.5, s.Columns)], [.. Enumerable.Repeat(2.0, s.Columns)]);
                return x => standardization.Apply(x[0], x[1]);
            }),
            new("Standardization.Fit", s => [Like(s, "features", Read), new("result", 1, s.Columns, Returned)], x =>
            {
                Standardization<T> fitted = Standardization.Fit<T>(x[0]);
                for (int i = 0; i < fitted.Means.Count; i++)
                {
                    x[1][0, i] = T.CreateTruncating(fitted.Means[i] + fitted.Deviations[i]);
                }
            }) { Least = new(1, 0, 0), Allocates = true },
        ];
    }

    private static IEnumerable<Operation<T>> Views() =>
    [
        new("TensorView.CopyTo", s => [Like(s, "source", Read), Like(s, "destination", Write, "source")], x => x[0].CopyTo(x[1])),
        new(
            "ReadOnlyTensorView.CopyTo",
            s => [Like(s, "source", Read), Like(s, "destination", Write, "source")],
            x => x[0].AsReadOnly().CopyTo(x[1])),
        new("TensorView.Fill", s => [Like(s, "destination", Write)], x => x[0].Fill(Half)),
        new("TensorView.Clear", s => [Like(s, "destination", Write)], x => x[0].Clear()),
        new(
            "TensorBuffer.Copy",
            s => [Like(s, "view", Read), Like(s, "result", Returned)],
            x => TensorBuffer.Copy<T>(x[0]).View.CopyTo(x[1]))
        {
            Allocates = true,
        },
    ];

    private static IEnumerable<Operation<T>> Networks()
    {
        const int Hidden = 5;
        static NeuralNetwork<T> Network(Sizes s) => new(
            s.Columns,
            [
                new FullyConnectedLayer<T>(Hidden), new Tanh<T>(), new Dropout<T>(0.3),
                new FullyConnectedLayer<T>(s.Outputs), new Sigmoid<T>(),
            ],
            seed: 3);
        return
        [
            new("NeuralNetwork.Predict", s => [Like(s, "input", Read), new("result", s.Rows, s.Outputs, Returned)], s =>
            {
                NeuralNetwork<T> network = Network(s);
                Workspace<T> workspace = network.CreateInferenceWorkspace(s.Rows);
                return x => network.Predict(x[0], workspace).CopyTo(x[1]);
            }) { Least = new(0, 1, 1) },
            new("NeuralNetwork.Forward", s => [Like(s, "input", Read), new("result", s.Rows, s.Outputs, Returned)], s =>
            {
                NeuralNetwork<T> network = Network(s);
                Workspace<T> workspace = network.CreateTrainingWorkspace(s.Rows);
                return x => network.Forward(x[0], workspace).CopyTo(x[1]);
            }) { Least = new(0, 1, 1) },
            new("NeuralNetwork.Backward", s =>
                [
                    Like(s, "input", Read), new("gradOutput", s.Rows, s.Outputs, Read), Like(s, "gradInput", Returned),
                    new("gradWeights 0", s.Columns, Hidden, Returned), new("gradBias 0", 1, Hidden, Returned),
                    new("gradWeights 1", Hidden, s.Outputs, Returned), new("gradBias 1", 1, s.Outputs, Returned),
                ], s =>
            {
                NeuralNetwork<T> network = Network(s);
                Workspace<T> workspace = network.CreateTrainingWorkspace(s.Rows, inputGradient: true);
                return x =>
                {
                    network.Forward(x[0], workspace);
                    network.Backward(x[0], x[1], workspace);
                    workspace.GradInput.CopyTo(x[2]);
                    for (int i = 0; i < 2; i++)
                    {
                        network.WeightGradients[i].CopyTo(x[3 + (2 * i)]);
                        network.BiasGradients[i].CopyTo(x[4 + (2 * i)]);
                    }
                };
            }) { Least = new(0, 1, 1) },
            new("NetworkTraining.BackwardAndStep", s =>
                [
                    Like(s, "input", Read), new("gradOutput", s.Rows, s.Outputs, Read),
                    new("weights 0", s.Columns, Hidden, Returned), new("bias 0", 1, Hidden, Returned),
                    new("weights 1", Hidden, s.Outputs, Returned), new("bias 1", 1, s.Outputs, Returned),
                ], s =>
            {
                NeuralNetwork<T> network = Network(s);
                Workspace<T> workspace = network.CreateTrainingWorkspace(s.Rows);
                var optimizer = new Sgd<T>(0.01);
                return x =>
                {
                    network.Forward(x[0], workspace);
                    network.BackwardAndStep(x[0], x[1], workspace, optimizer);
                    for (int i = 0; i < 2; i++)
                    {
                        network.Weights[i].CopyTo(x[2 + (2 * i)]);
                        network.Biases[i].CopyTo(x[3 + (2 * i)]);
                    }
                };
            }) { Least = new(0, 1, 1) },
        ];
    }

    private static Operation<T> Binary(string name, Binary<T> call) => new(
        name,
        s => [Like(s, "first", Read), Like(s, "second", Read), Like(s, "destination", Write, "first", "second")],
        x => call(x[0], x[1], x[2]));

    internal static Operand Like(Sizes sizes, string name, Access access, params string[] over) =>
        new(name, sizes.Rows, sizes.Columns, access, over);
}
