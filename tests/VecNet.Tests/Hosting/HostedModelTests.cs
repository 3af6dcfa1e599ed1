using System.Diagnostics;
using System.IO.Hashing;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using VecNet.Extensions.Hosting;

namespace VecNet.Tests;

/// <summary>A model as a service: its predictions, names, limits, metrics and health.</summary>
public sealed class HostedModelTests
{
    private static readonly double[] Row = [6.3, 3.3, 6.0, 2.5];

    [Fact]
    public void Predictions_are_those_of_the_model_and_say_which()
    {
        using var program = new HostedProgram();
        program.Clock.Now = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
        ModelPredictor<float> predictor = program.Predictor;
        Model<float> model = HostedProgram.Flowers(1);
        HostedPrediction one = predictor.Predict(Row);
        float[] singles = [6.3f, 3.3f, 6.0f, 2.5f];
        Assert.Equal(model.Predict(Row).Classes, one.Prediction.Classes);
        Assert.Equal(model.Predict(singles).Classes, predictor.Predict(singles).Prediction.Classes);
        string hash = Convert.ToHexStringLower(XxHash128.Hash(File.ReadAllBytes(program.File)));
        Assert.Equal(new ModelVersion(1, hash, program.Clock.Now.Value), one.Version);
        Assert.Equal(one, JsonSerializer.Deserialize<HostedPrediction>(JsonSerializer.Serialize(one)), (x, y) =>
            x!.Version == y!.Version && x.Prediction.Classes.SequenceEqual(y.Prediction.Classes));

        double[,] rows = { { 1, 2, 3, 4 }, { 4, 3, 2, 1 } };
        float[,] found = new float[2, 3], expected = new float[2, 3];
        model.PredictProbabilities(rows, expected);
        Assert.Same(one.Version, predictor.PredictProbabilities(rows, found));
        Assert.Equal(expected, found);
        Assert.Same(one.Version, predictor.PredictProbabilities(new float[,] { { 1, 2, 3, 4 }, { 4, 3, 2, 1 } }, found));
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Numbers_and_texts_are_predicted_too()
    {
        using var numbers = new HostedProgram(model: new(
            new NeuralNetwork<float>(2, 1, hiddenSizes: [3], new Tanh<float>(), seed: 1),
            targetName: "y"));
        double[,] found = new double[2, 1], expected = new double[2, 1];
        numbers.Predictor.Model.PredictNumbers(new double[,] { { 1, 2 }, { 3, 4 } }, expected);
        Assert.Equal(1, numbers.Predictor.PredictNumbers(new double[,] { { 1, 2 }, { 3, 4 } }, found).Number);
        Assert.Equal(expected, found);
        numbers.Predictor.PredictNumbers(new float[,] { { 1, 2 }, { 3, 4 } }, found);
        Assert.Equal(expected, found);
        Assert.Throws<InvalidOperationException>(() => numbers.Predictor.Predict([1.0, 2]));

        TextClassifier<string> texts = TextClassifier.Fit(
            ["red fox", "red rose", "blue sea", "blue sky"],
            ["r", "r", "b", "b"],
            cancellationToken: TestContext.Current.CancellationToken);
        using var program = new HostedProgram(new() { MaxTextLength = 8 }, model: texts.Model);
        Assert.Equal(texts.Predict("red sky").Classes, program.Predictor.PredictText("red sky").Prediction.Classes);
        Assert.Equal(
            "The text has 9 characters; at most 8 are taken. (Parameter 'text')",
            Assert.Throws<InputTooLargeException>(() => program.Predictor.PredictText("red skies")).Message);
    }

    [Fact]
    public void Models_have_names()
    {
        using var scratch = new ScratchDirectory();
        HostedProgram.Flowers(1).Save(scratch["a"]);
        HostedProgram.Flowers(2).Save(scratch["b"]);
        var services = new ServiceCollection();
        services.AddVecNetModel<float>("one", scratch["a"]);
        Assert.Equal(
            "There is a model of the name 'one'. (Parameter 'name')",
            Assert.Throws<ArgumentException>(() => services.AddVecNetModel<double>("one", scratch["b"])).Message);
        using (ServiceProvider single = services.BuildServiceProvider())
        {
            Assert.Same(single.GetRequiredKeyedService<ModelPredictor<float>>("one"), single.GetRequiredService<ModelPredictor<float>>());
        }

        services.AddVecNetModel<float>("two", scratch["b"]);
        services.AddVecNetModel<double>("three", scratch["b"]);
        using ServiceProvider provider = services.BuildServiceProvider();
        ModelPredictor<float> one = provider.GetRequiredKeyedService<ModelPredictor<float>>("one");
        ModelPredictor<float> two = provider.GetRequiredKeyedService<ModelPredictor<float>>("two");
        Assert.Equal(HostedProgram.Flowers(1).Predict(Row).Classes, one.Predict(Row).Prediction.Classes);
        Assert.Equal(HostedProgram.Flowers(2).Predict(Row).Classes, two.Predict(Row).Prediction.Classes);
        Assert.Equal(("two", Path.GetFullPath(scratch["b"])), (two.Name, two.Path));
        Assert.Same(two, provider.GetRequiredKeyedService<ModelPredictor>("two"));
        Assert.Equal("three", provider.GetRequiredService<ModelPredictor<double>>().Name);
        Assert.Equal(
            "There are 2 models, 'one', 'two': name one by [FromKeyedServices(\"one\")].",
            Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<ModelPredictor<float>>()).Message);
    }

    [Fact]
    public void What_is_too_large_or_wrong_is_refused()
    {
        using var program = new HostedProgram(new() { MaxRows = 2 });
        ModelPredictor<float> predictor = program.Predictor;
        Assert.Equal(
            "There are 3 rows; at most 2 are taken at once. (Parameter 'features')",
            Assert.Throws<InputTooLargeException>(() => predictor.PredictProbabilities(new double[3, 4], new float[3, 3])).Message);
        Assert.StartsWith(
            "There are 3 features; the model takes 4.",
            Assert.Throws<ArgumentException>(() => predictor.Predict([1.0, 2, 3])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => predictor.Predict([double.NaN, 2, 3, 4]));
        Assert.Throws<InvalidOperationException>(() => predictor.PredictText("a"));

        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => services.AddVecNetModel<float>("", "a"));
        Assert.Throws<ArgumentException>(() => services.AddVecNetModel<float>("a", ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => services.AddVecNetModel<float>("a", "a", new() { MaxRows = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => services.AddVecNetModel<float>("a", "a", new() { MaxTextLength = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => services.AddVecNetModel<float>("a", "a", new() { ReloadInterval = TimeSpan.Zero }));
        Assert.Empty(services);
    }

    [Fact]
    public void A_program_whose_model_cannot_be_loaded_does_not_start()
    {
        using var broken = new HostedProgram();
        File.WriteAllText(broken.File, "no model");
        var invalid = Assert.Throws<InvalidDataException>(() => broken.Services.GetServices<IHostedService>().ToArray());
        Assert.StartsWith($"{broken.File}: ", invalid.Message, StringComparison.Ordinal);
        using var absent = new HostedProgram();
        File.Delete(absent.File);
        var missing = Assert.ThrowsAny<IOException>(() => absent.Services.GetServices<IHostedService>().ToArray());
        Assert.Contains(absent.File, missing.Message, StringComparison.Ordinal);
        using var good = new HostedProgram();
        Assert.Single(good.Services.GetServices<IHostedService>());
        Assert.Equal(["Information: Model NAME: loaded version 1"], good.Logged);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Everything_is_counted(bool hasFactory)
    {
        using var program = new HostedProgram(
            new() { MaxRows = 5 }, (services, _) => services = hasFactory ? services.AddMetrics() : services);
        ModelPredictor<float> predictor = program.Predictor;
        for (int i = 0; i < 7; i++)
        {
            predictor.Predict(Row);
        }

        predictor.PredictProbabilities(new double[5, 4], new float[5, 3]);
        Assert.Throws<ArgumentException>(() => predictor.Predict([1.0]));
        Assert.Throws<InputTooLargeException>(() => predictor.PredictProbabilities(new double[6, 4], new float[6, 3]));
        HostedProgram.Flowers(2).Save(program.File);
        program.Clock.Tick(2);
        File.WriteAllText(program.File, "");
        program.Clock.Tick(2);

        Measurements measured = program.Measured;
        Type argument = typeof(ArgumentException), large = typeof(InputTooLargeException);
        Assert.Equal((8, 12), measured.Of("predictions"));
        Assert.Equal((8, 12), measured.Of("prediction.batch_size"));
        Assert.Equal(10, measured.Of("prediction.duration").Count);
        Assert.InRange(measured.Of("prediction.duration").Sum, 1e-9, 60);
        Assert.Equal((2, 2), measured.Of("prediction.failures"));
        Assert.Equal((1, 1), measured.Of("prediction.failures", argument));
        Assert.Equal((1, 1), measured.Of("prediction.failures", large));
        Assert.Equal((1, 1), (measured.Of("prediction.duration", argument).Count, measured.Of("prediction.duration", large).Count));
        Assert.Equal((1, 1), measured.Of("reloads"));
        Assert.Equal((1, 1), measured.Of("reload.failures", typeof(InvalidDataException)));
        Assert.Equal(
            [
                "vecnet.model.prediction.batch_size {row}", "vecnet.model.prediction.duration s",
                "vecnet.model.prediction.failures {failure}", "vecnet.model.predictions {prediction}",
                "vecnet.model.reload.failures {failure}", "vecnet.model.reloads {reload}",
            ],
            measured.Units.Select(unit => $"{unit.Key} {unit.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Warm_predictions_of_rows_allocate_nothing()
    {
        using var program = new HostedProgram();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument),
        };
        program.Measured.Dispose();
        listener.Start();
        ModelPredictor<float> predictor = program.Predictor;
        TensorBuffer<double> rows = new(3, 4);
        TensorBuffer<float> found = new(3, 3);

        // What the runtime calls listeners with boxes numbers until it is optimized, which takes calls and time.
        long begin = Stopwatch.GetTimestamp(), bytes;
        do
        {
            bytes = Allocations.PerCall(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    predictor.PredictProbabilities(rows.View, found.View);
                }
            });
        }
        while (bytes > 0 && Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1));
        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task Health_says_whether_the_file_is_in_use()
    {
        using var program = new HostedProgram(add: (services, name) => services.AddHealthChecks().AddVecNetModel(name));
        var checks = program.Services.GetRequiredService<HealthCheckService>();
        async Task<HealthReportEntry> Check() =>
            (await checks.CheckHealthAsync(TestContext.Current.CancellationToken)).Entries[program.Name];

        HealthReportEntry healthy = await Check();
        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.Equal(1, healthy.Data["version"]);
        File.WriteAllText(program.File, "no model");
        program.Clock.Tick(2);
        HealthReportEntry degraded = await Check();
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.StartsWith(
            $"Version 1 of the model is in use; the file cannot be: {program.File}: ", degraded.Description, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(degraded.Exception);
        HostedProgram.Flowers(2).Save(program.File);
        program.Clock.Tick(2);
        Assert.Equal((HealthStatus.Healthy, 2), ((await Check()).Status, (int)(await Check()).Data["version"]));
    }

    [Fact]
    public void A_disposed_predictor_refuses_and_looks_no_more()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        Model<float> model = predictor.Model;
        Assert.Equal(1, program.Clock.Timers);
        program.Services.Dispose();
        Assert.Equal(0, program.Clock.Timers);
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(Row));
        Assert.Throws<ObjectDisposedException>(() => predictor.Reload());
        HostedProgram.Flowers(2).Save(program.File);
        program.Clock.Tick(2);
        Assert.Equal(1, predictor.Version.Number);
        Assert.Equal(HostedProgram.Flowers(1).Predict(Row).Classes, model.Predict(Row).Classes);
        predictor.Dispose();
    }
}
