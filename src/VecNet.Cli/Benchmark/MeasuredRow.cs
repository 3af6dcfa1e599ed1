using System.Numerics;
using VecNet.Measuring;

namespace VecNet.Cli.Benchmark;

/// <summary>One measurement: a row of a table.</summary>
/// <param name="Group">The table of the row.</param>
/// <param name="Name">The name of the row.</param>
/// <param name="ElementType">The element type, whose peak the speed is compared with.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Operations">The floating-point operations of the matrix products in one call.</param>
/// <param name="Samples">The number of training rows in one call; 0 if it is not a training step.</param>
/// <param name="Run">Runs the given number of calls.</param>
internal sealed record MeasuredRow(
    string Group, string Name, Type ElementType, int Threads, double Operations, int Samples, Action<int> Run)
{
    internal const string Products = "matrix product";
    internal const string Steps = "training step";

    private readonly CallClock clock = new(Run);
    private readonly List<double> seconds = [];

    /// <summary>The seconds of one call in the fastest batch of the best round.</summary>
    internal double Best => seconds.Min();

    /// <summary>The seconds of one call in the median round, which shows how steady the machine was.</summary>
    internal double Median => seconds.Order().ElementAt(seconds.Count / 2);

    /// <summary>The operations per second in the best round.</summary>
    internal double Speed => Operations / Best;

    /// <summary>Measures one more round.</summary>
    internal void Measure(TimeSpan slice) => seconds.Add(clock.Best(slice));

    /// <summary>The product of two square matrices.</summary>
    internal static MeasuredRow Product<T>(int size, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (TensorBuffer<T> a, TensorBuffer<T> b, TensorBuffer<T> c) = (Filled<T>(size, size), Filled<T>(size, size), new(size, size));
        return new(Products, $"{size}³ {GetName(typeof(T))}", typeof(T), threads, 2.0 * size * size * size, 0, calls =>
        {
            for (int call = 0; call < calls; call++)
            {
                MatMul.Multiply(a.View, b.View, c.View, threads: threads);
            }
        });
    }

    /// <summary>A training step of 784-512-256-10 with sigmoid: forward pass, loss, backward pass and optimizer.</summary>
    internal static MeasuredRow Step(int batch, int threads)
    {
        const int Classes = 10;
        var network = new NeuralNetwork<float>(
            784, Classes, hiddenSizes: [512, 256], new Sigmoid<float>(), WeightInitialization.XavierNormal);
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

    internal static string GetName(Type elementType) => elementType == typeof(float) ? "float32" : "float64";

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
