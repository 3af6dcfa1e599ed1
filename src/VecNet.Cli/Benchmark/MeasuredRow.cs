using System.Numerics;
using VecNet.Measuring;

namespace VecNet.Cli.Benchmark;

/// <summary>One thing that is timed, again and again.</summary>
/// <param name="Group">The table that it stands in.</param>
/// <param name="Name">Its line there.</param>
/// <param name="ElementType">Whose peak counts.</param>
/// <param name="Threads">That may work.</param>
/// <param name="Operations">Floating-point operations of one call, of the matrix products alone.</param>
/// <param name="Samples">Rows that one call learns from; 0 where it does not learn.</param>
/// <param name="Run">Does it so many times.</param>
internal sealed record MeasuredRow(string Group, string Name, Type ElementType, int Threads, double Operations, int Samples, Action<int> Run)
{
    internal const string Products = "matrix product";
    internal const string Steps = "training step";

    private readonly CallClock clock = new(Run);
    private readonly List<double> seconds = [];

    /// <summary>Of one call: the fastest batch of calls in the best round.</summary>
    internal double Best => seconds.Min();

    /// <summary>The same in the median round: how steady the machine was.</summary>
    internal double Median => seconds.Order().ElementAt(seconds.Count / 2);

    /// <summary>Operations per second at best.</summary>
    internal double Speed => Operations / Best;

    /// <summary>Takes one more round.</summary>
    internal void Measure(TimeSpan slice) => seconds.Add(clock.Best(slice));

    /// <summary>C = A·B of squares.</summary>
    internal static MeasuredRow Product<T>(int size, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (TensorBuffer<T> a, TensorBuffer<T> b, TensorBuffer<T> c) = (Filled<T>(size, size), Filled<T>(size, size), new(size, size));
        return new(Products, $"{size}³ {NameOf(typeof(T))}", typeof(T), threads, 2.0 * size * size * size, 0, calls =>
        {
            for (int call = 0; call < calls; call++)
            {
                MatMul.Multiply(a.View, b.View, c.View, threads: threads);
            }
        });
    }

    /// <summary>Forward, loss, backward and optimiser of 784-512-256-10 with sigmoid.</summary>
    internal static MeasuredRow Step(int batch, int threads)
    {
        const int Classes = 10;
        var network = new NeuralNetwork<float>(784, Classes, hiddenSizes: [512, 256], new Sigmoid<float>(), WeightInitialization.XavierNormal);
        Workspace<float> workspace = network.CreateTrainingWorkspace(batch);
        workspace.Threads = threads;
        var loss = new SoftmaxCrossEntropy<float>();
        var optimizer = new Sgd<float>(0.01);
        TensorBuffer<float> input = Filled<float>(batch, network.InputSize);
        int[] classes = [.. Enumerable.Range(0, batch).Select(row => row % Classes)];
        return new(Steps, $"batch {batch}", typeof(float), threads, batch * TrainingRun.TrainingOperations(network), batch, calls =>
        {
            for (int call = 0; call < calls; call++)
            {
                loss.ForwardBackward(network.Forward(input.View, workspace), classes, workspace.GradOutput);
                network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer);
            }
        });
    }

    internal static string NameOf(Type elementType) => elementType == typeof(float) ? "float32" : "float64";

    private static TensorBuffer<T> Filled<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SplitMix64(1);
        var buffer = new TensorBuffer<T>(rows, columns);
        foreach (ref T element in buffer.Span)
        {
            element = T.CreateTruncating(random.NextNormal());
        }

        return buffer;
    }
}
