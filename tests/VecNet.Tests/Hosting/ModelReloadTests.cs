using System.Buffers.Binary;
using VecNet.Extensions.Hosting;

namespace VecNet.Tests;

/// <summary>A model whose file changes: what is valid takes the model's place whole, and what is not leaves it.</summary>
public sealed class ModelReloadTests
{
    private const string Loaded = "Information: Model NAME: loaded version";
    private const string Failed = "Error: Model NAME: the file FILE cannot be used; version 1";

    /// <summary>So many that some come between any two instructions of a prediction.</summary>
    private const int Reloads = 2_000;

    private static readonly double[] Row = [6.3, 3.3, 6.0, 2.5];

    private static readonly Dictionary<string, Action<string>> Faults = new()
    {
        ["empty"] = path => File.WriteAllText(path, ""),
        ["no model"] = path => File.WriteAllText(path, "no model at all, but some text"),
        ["truncated"] = path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^8]),
        ["header cut"] = path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..40]),
        ["longer"] = path => File.AppendAllText(path, "more"),
        ["not finite"] = path =>
        {
            byte[] bytes = File.ReadAllBytes(path);
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(bytes.Length - 4), float.NaN);
            File.WriteAllBytes(path, bytes);
        },
        ["variance not finite"] = path =>
        {
            NeuralNetwork<float> network = new(4, [new BatchNorm<float>(), new FullyConnectedLayer<float>(3)]);
            network.GetState(0)[1].AsSpan()[^1] = float.NaN;
            new Model<float>(network, classNames: ["setosa", "versicolor", "virginica"]).Save(path);
        },
        ["another shape"] = path => new Model<float>(new NeuralNetwork<float>(5, 3, [2], new ReLU<float>(), seed: 1)).Save(path),
        ["numbers"] = path => new Model<float>(new NeuralNetwork<float>(4, 1, [2], new ReLU<float>(), seed: 1)).Save(path),
        ["parameters alone"] = path => Model.SaveParameters(HostedProgram.Flowers(2).Network, path),
        ["absent"] = File.Delete,
        ["a directory"] = path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        },
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Fact]
    public void A_changed_file_takes_the_model_s_place()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        Model<float> old = predictor.Model;
        program.Clock.Tick(3);
        Assert.Equal(1, predictor.Version.Number);
        HostedProgram.Flowers(2).Save(program.File);
        Assert.Equal(1, predictor.Predict(Row).Version.Number);
        program.Clock.Tick(3);
        HostedPrediction answer = predictor.Predict(Row);
        Assert.Equal((2, null), (answer.Version.Number, predictor.Failure));
        Assert.Equal(HostedProgram.Flowers(2).Predict(Row).Classes, answer.Prediction.Classes);
        Assert.Equal(HostedProgram.Flowers(1).Predict(Row).Classes, old.Predict(Row).Classes);
        Assert.Equal([$"{Loaded} 1", $"{Loaded} 2"], program.Logged);
    }

    /// <summary>It is said once, however often the file is looked at, and the next valid file is loaded.</summary>
    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_broken_file_leaves_the_model(string fault)
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        Faults[fault](program.File);
        program.Clock.Tick(3);
        Assert.False(predictor.Reload());
        Assert.Contains(program.File, predictor.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(HostedProgram.Flowers(1).Predict(Row).Classes, predictor.Predict(Row).Prediction.Classes);
        Assert.Equal(1, predictor.Predict(Row).Version.Number);
        Assert.Equal([$"{Loaded} 1", Failed], program.Logged);
        Assert.Equal((1, 1), program.Measured.Of("reload.failures", predictor.Failure.GetType()));

        if (Directory.Exists(program.File))
        {
            Directory.Delete(program.File);
        }

        HostedProgram.Flowers(2).Save(program.File);
        program.Clock.Tick(2);
        Assert.Equal((2, null), (predictor.Version.Number, predictor.Failure));
        Assert.Equal((1, 1), program.Measured.Of("reload.failures"));
        Assert.Equal((1, 1), program.Measured.Of("reloads"));
    }

    [Fact]
    public void A_locked_file_is_loaded_when_it_is_free()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        HostedProgram.Flowers(2).Save(program.File);
        using (new FileStream(program.File, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            program.Clock.Tick(3);
            Assert.IsAssignableFrom<IOException>(predictor.Failure);
            Assert.Equal(1, predictor.Predict(Row).Version.Number);
        }

        program.Clock.Tick(2);
        Assert.Equal((2, null), (predictor.Version.Number, predictor.Failure));
        Assert.Equal([$"{Loaded} 1", Failed, $"{Loaded} 2"], program.Logged);
    }

    [Fact]
    public void The_same_content_is_the_same_version()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        ModelVersion version = predictor.Version;
        HostedProgram.Flowers(1).Save(program.File);
        program.Clock.Tick(2);
        Assert.False(predictor.Reload());
        Assert.Same(version, predictor.Version);
        File.Delete(program.File);
        program.Clock.Tick(2);
        HostedProgram.Flowers(1).Save(program.File);
        program.Clock.Tick(2);
        Assert.Same(version, predictor.Version);
        Assert.Null(predictor.Failure);
        Assert.Equal(
            [$"{Loaded} 1", Failed, "Information: Model NAME: the file FILE is again that of version 1"], program.Logged);
        HostedProgram.Flowers(3).Save(program.File);
        Assert.True(predictor.Reload());
        Assert.Equal(2, predictor.Version.Number);
    }

    /// <summary>Two writes may have the same time, in the steps of the file system: what has just been written is read again.</summary>
    [Fact]
    public void A_change_without_another_time_is_noticed_while_it_is_possible()
    {
        using var program = new HostedProgram();
        DateTime time = File.GetLastWriteTimeUtc(program.File);
        void Write(ulong seed)
        {
            HostedProgram.Flowers(seed).Save(program.File);
            File.SetLastWriteTimeUtc(program.File, time);
        }

        program.Clock.Now = time.AddSeconds(1);
        ModelPredictor<float> predictor = program.Predictor;
        Write(2);
        program.Clock.Tick(2);
        Assert.Equal(2, predictor.Version.Number);
        Write(3);
        program.Clock.Tick(2);
        Assert.Equal(3, predictor.Version.Number);
        program.Clock.Now = time.AddSeconds(3);
        program.Clock.Tick(2);
        Write(4);
        program.Clock.Tick(2);
        Assert.Equal(3, predictor.Version.Number);
        Assert.True(predictor.Reload());
        Assert.Equal(4, predictor.Version.Number);
    }

    /// <summary>As configuration maps of Kubernetes change files.</summary>
    [Fact]
    public void A_link_to_another_file_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using var program = new HostedProgram();
        string first = program.Scratch["first"], second = program.Scratch["second"];
        File.Move(program.File, first);
        HostedProgram.Flowers(2).Save(second);
        File.CreateSymbolicLink(program.File, first);
        ModelPredictor<float> predictor = program.Predictor;
        File.CreateSymbolicLink(program.Scratch["link"], second);
        File.Move(program.Scratch["link"], program.File, overwrite: true);
        program.Clock.Tick(2);
        Assert.Equal(HostedProgram.Flowers(2).Predict(Row).Classes, predictor.Predict(Row).Prediction.Classes);
    }

    [Fact]
    public void A_program_may_check_models_and_take_other_shapes()
    {
        int checks = 0;
        using var program = new HostedProgram(new()
        {
            RequireSameInputsAndOutputs = false,
            Validate = model =>
            {
                checks++;
                if (model.Network.InputSize == 6)
                {
                    throw new NotSupportedException("Six are too many.");
                }
            },
        });
        ModelPredictor<float> predictor = program.Predictor;
        void Write(int inputs)
        {
            new Model<float>(new NeuralNetwork<float>(inputs, 3, [2], new ReLU<float>(), seed: 1)).Save(program.File);
            program.Clock.Tick(2);
        }

        Write(6);
        Assert.Equal((1, "Six are too many."), (predictor.Version.Number, predictor.Failure?.Message));
        Write(5);
        Assert.Equal((2, 5), (predictor.Version.Number, predictor.Model.Network.InputSize));
        Assert.Equal(3, checks);
    }

    /// <summary>Without an interval, only the program reloads.</summary>
    [Fact]
    public void A_file_need_not_be_looked_at()
    {
        using var program = new HostedProgram(new() { ReloadInterval = Timeout.InfiniteTimeSpan });
        Assert.Equal(1, program.Predictor.Version.Number);
        Assert.Equal(0, program.Clock.Timers);
        HostedProgram.Flowers(2).Save(program.File);
        Assert.True(program.Predictor.Reload());
    }

    /// <summary>While threads predict and the model changes, each answer is one model's, which it names.</summary>
    [Fact]
    public async Task Each_prediction_is_of_the_version_that_it_names()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        Prediction<string>[] expected = [HostedProgram.Flowers(2).Predict(Row), HostedProgram.Flowers(1).Predict(Row)];
        using var end = new CancellationTokenSource();
        CancellationToken token = end.Token;
        Task<long>[] threads = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => Predict(token), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        byte[][] contents = [Bytes(2), Bytes(1)];
        try
        {
            for (int i = 0; i < Reloads; i++)
            {
                File.WriteAllBytes(program.File, contents[i % 2]);
                Assert.True(predictor.Reload());
            }
        }
        finally
        {
            await end.CancelAsync();
        }

        long predictions = (await Task.WhenAll(threads)).Sum();
        Assert.Equal(1 + Reloads, predictor.Version.Number);
        Assert.Equal((predictions, Reloads), (program.Measured.Of("predictions").Count, program.Measured.Of("reloads").Count));

        long Predict(CancellationToken end)
        {
            long count = 0;
            do
            {
                HostedPrediction answer = predictor.Predict(Row);
                Assert.Equal(expected[answer.Version.Number % 2].Classes, answer.Prediction.Classes);
                count++;
            }
            while (!end.IsCancellationRequested);
            return count;
        }

        byte[] Bytes(ulong seed)
        {
            string path = program.Scratch[$"{seed}"];
            HostedProgram.Flowers(seed).Save(path);
            return File.ReadAllBytes(path);
        }
    }
}
