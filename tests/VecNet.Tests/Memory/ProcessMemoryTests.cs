using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace VecNet.Tests;

/// <summary>
/// What the whole process sees of training and inference: no byte allocated on any
/// thread, memory that does not grow, and a model that outlives its want.
/// </summary>
/// <remarks>Each in a process of its own, where nothing else allocates.</remarks>
public sealed class ProcessMemoryTests
{
    private const string Seconds = "VECNET_SOAK_SECONDS";

    [Fact]
    public async Task Warm_steps_allocate_nothing_on_any_thread() => await Succeeds(nameof(Steps_and_inferences_in_a_quiet_process));

    /// <summary>Four seconds; ten minutes with VECNET_LONG=1.</summary>
    [Fact]
    public async Task Memory_is_flat_while_training_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Resident memory is read from /proc of Linux.");
        await Succeeds(
            nameof(Trains_and_watches_its_resident_memory), ("DOTNET_TieredCompilation", "0"),
            (Seconds, LongRun.Of(3, 600).ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The limit is 96 MB; the number is hexadecimal.</summary>
    [Fact]
    public async Task A_model_outlives_the_want_of_memory() =>
        await Succeeds(nameof(Runs_out_of_memory_and_goes_on), ("DOTNET_GCHeapHardLimit", "6000000"), ("DOTNET_TieredCompilation", "0"));

    [Fact(Explicit = true)]
    public void Steps_and_inferences_in_a_quiet_process()
    {
        AssertAllocatesNothing<float>();
        AssertAllocatesNothing<double>();
    }

    [Fact(Explicit = true)]
    public void Trains_and_watches_its_resident_memory()
    {
        double seconds = double.Parse(Environment.GetEnvironmentVariable(Seconds)!, CultureInfo.InvariantCulture);
        var training = new Loop<float>();
        Watch(training, Math.Max(2, seconds / 10));

        // In seconds, something else of the process may still be settling: what leaks does so every time.
        string figures = "";
        for (int window = 0; window < (LongRun.IsOn ? 1 : 3); window++)
        {
            (long growth, string measured) = Watch(training, seconds);
            figures += $"{measured}\n";
            if (growth <= 1 << 20)
            {
                TestContext.Current.SendDiagnosticMessage(figures);
                return;
            }
        }

        Assert.Fail(figures);
    }

    [Fact(Explicit = true)]
    public void Runs_out_of_memory_and_goes_on()
    {
        var loop = new Loop<float>();
        var expected = new Loop<float>();
        expected.Step();
        float[] prediction = loop.Infer().ToArray();

        // Too much at once.
        Assert.Throws<OutOfMemoryException>(() => loop.Network.CreateTrainingWorkspace(1_000_000));
        Assert.Throws<OutOfMemoryException>(() => new NeuralNetwork<float>(5000, 5000, [5000], new Tanh<float>()));
        Assert.Equal(prediction, loop.Infer().ToArray());

        // Made and called beforehand: what asserts would want memory of its own when there is none.
        Action tooMuch = () => loop.Network.CreateInferenceWorkspace(50_000);
        Assert.True(RunsOutOfMemory(() => loop.Network.CreateInferenceWorkspace(1_000_000)));

        // Only crumbs left, for the exceptions and for the runtime's own threads: what is warm goes on, and what wants memory says so.
        List<byte[]> ballast = new(capacity: 100_000);
        foreach (int bytes in (int[])[1 << 20, 1 << 16])
        {
            Exhaust(ballast, bytes, pinned: true);
            Exhaust(ballast, bytes, pinned: false);
        }

        bool ranOut = RunsOutOfMemory(tooMuch);
        Exception? onAnotherThread = FailureOfABigProductOnAnotherThread(loop);
        bool same = loop.Infer().SequenceEqual(prediction);
        loop.Step();
        ballast.Clear();
        GC.Collect();

        Assert.True(ranOut, "There was room for a workspace of 50,000 rows.");
        Assert.True(same, "Another prediction than before.");

        // A collection may give back, at any time, what another heap had reserved: then the product finds its room.
        Assert.True(onAnotherThread is null or OutOfMemoryException, $"{onAnotherThread}");
        Assert.Equal(TrainingRecipe<float>.HashOf(expected.Network.Parameters), TrainingRecipe<float>.HashOf(loop.Network.Parameters));
        Assert.Null(FailureOfABigProductOnAnotherThread(loop));
        Assert.Equal(
            300, loop.Network.Predict(TrainingRecipe<float>.Data(300).Features.View, loop.Network.CreateInferenceWorkspace(300)).Rows);
    }

    private static bool RunsOutOfMemory(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (OutOfMemoryException)
        {
            return true;
        }
    }

    private static async Task Succeeds(string test, params (string Name, string Value)[] environment)
    {
        ChildRun child = await ChildRun.Of(typeof(ProcessMemoryTests), test, environment);
        Assert.True(
            child.ExitCode == 0 && child.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal),
            child.Output);
    }

    private static void AssertAllocatesNothing<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var loop = new Loop<T>();
        var a = new TensorBuffer<T>(301, 257);
        var b = new TensorBuffer<T>(257, 513);
        var c = new TensorBuffer<T>(301, 513);
        long bytes = Allocations.OfTheProcess(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                loop.Step();
                loop.Infer();
            }

            MatMul.Multiply(a.View, b.View, c.View, threads: 3);
        });
        Assert.Equal(0, bytes);
    }

    private static Exception? FailureOfABigProductOnAnotherThread(Loop<float> loop)
    {
        loop.Wanted.Set();
        Assert.True(loop.Done.WaitOne(TimeSpan.FromSeconds(60)), "The other thread does not answer.");
        return loop.Failure;
    }

    private static void Exhaust(List<byte[]> ballast, int bytes, bool pinned)
    {
        try
        {
            while (true)
            {
                ballast.Add(GC.AllocateUninitializedArray<byte>(bytes, pinned)); // pinned arrays have a heap of their own
            }
        }
        catch (OutOfMemoryException)
        {
            // That was the intention.
        }
    }

    /// <summary>Trains for so long, and tells by how much the resident memory changed on the way.</summary>
    private static (long Growth, string Figures) Watch(Loop<float> training, double seconds)
    {
        List<long> resident = new(capacity: 64);
        long begin = Stopwatch.GetTimestamp();
        int steps = 0;
        for (double now = 0; now < seconds; now = Stopwatch.GetElapsedTime(begin).TotalSeconds)
        {
            training.Step();
            training.Infer();
            steps++;
            if (now >= resident.Count * seconds / 50)
            {
                resident.Add(ResidentBytes());
            }
        }

        return (
            resident.Max() - resident.Min(),
            $"{steps} steps in {seconds} s, resident {resident.Min():N0} to {resident.Max():N0} bytes in {resident.Count} samples");
    }

    private static long ResidentBytes()
    {
        // The second number is the resident pages; the process's own figures would allocate more than they measure.
        string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    /// <summary>A network in training, with all that a step and an inference need.</summary>
    private sealed class Loop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Dataset<T> batch = TrainingRecipe<T>.Data(33);
        private readonly IOptimizer<T> optimizer = TrainingRecipe<T>.Optimizer();
        private readonly SoftmaxCrossEntropy<T> loss = new();
        private readonly Workspace<T> training;
        private readonly Workspace<T> inference;
        private readonly TensorBuffer<T> a = new(700, 600);
        private readonly TensorBuffer<T> c = new(600, 600);

        public Loop()
        {
            Network = TrainingRecipe<T>.Network();
            training = Network.CreateTrainingWorkspace(33);
            inference = Network.CreateInferenceWorkspace(33);
            Step();
            new Thread(Multiply) { IsBackground = true }.Start();
        }

        public NeuralNetwork<T> Network { get; }

        public AutoResetEvent Wanted { get; } = new(false);

        public AutoResetEvent Done { get; } = new(false);

        public Exception? Failure { get; private set; }

        public void Step()
        {
            ReadOnlyTensorView<T> input = batch.Features.View;
            loss.ForwardBackward(Network.Forward(input, training), batch.Targets, training.GradOutput);
            Network.Backward(input, training.GradOutput, training);
            optimizer.Step(Network.Parameters, Network.Gradients);
        }

        public ReadOnlySpan<T> Infer() => Network.Predict(batch.Features.View, inference).AsSpan();

        /// <summary>A product whose packing buffer this thread has not made yet when it is first wanted.</summary>
        private void Multiply()
        {
            while (Wanted.WaitOne())
            {
                try
                {
                    Failure = null;
                    MatMul.MultiplyTransposeB(a.View.SliceRows(0, 600), a.View.SliceRows(100, 600), c.View);
                }
                catch (OutOfMemoryException exception)
                {
                    Failure = exception;
                }

                Done.Set();
            }
        }
    }
}
