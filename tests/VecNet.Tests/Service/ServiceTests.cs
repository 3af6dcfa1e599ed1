using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using VecNet.Service;

namespace VecNet.Tests;

/// <summary>The sample service answers what the model predicts, to many at a time. It measures, so that it runs alone.</summary>
[Collection(OneConsole.Name)]
public sealed class ServiceTests
{
    private static TimeSpan Duration => TimeSpan.FromSeconds(LongRun.Of(1, 30));

    [Fact]
    public async Task Eight_connections_get_the_bits_that_one_thread_computes()
    {
        LoadReport report = await Loopback.Load(connections: 8, Duration);

        Assert.True(report.Errors == 0, report.ToString());
        Assert.True(report.Requests > 100, report.ToString());
        Assert.True(report.Percentile99 >= report.Median && report.Median > TimeSpan.Zero, report.ToString());
        Figures.Write(
            "service",
            $"service on loopback, 8 connections, {Duration.TotalSeconds} s, "
            + $"{Environment.ProcessorCount} processors shared with the clients: {report}");
    }

    [Fact]
    public async Task A_wrong_answer_is_an_error()
    {
        Model<float> model = Digits();
        double[] question = new double[64];
        Prediction<string> right = model.Predict(question);
        ClassProbability<string>[] other = [.. right.Classes];
        other[3] = other[3] with { Probability = Math.BitIncrement(other[3].Probability) };

        LoadReport report = await Loopback.Load(
            model, [question], [new(right.Label, right.Probability, other)], connections: 2, TimeSpan.FromMilliseconds(200));

        Assert.True(report.Requests > 0 && report.Errors == report.Requests, report.ToString());
    }

    [Fact]
    public async Task A_request_of_the_wrong_length_is_refused_and_says_why()
    {
        await using WebApplication service = PredictionService.Build(Digits(), "--urls", "http://127.0.0.1:0");
        await service.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };

        using HttpResponseMessage response = await client.PostAsJsonAsync("/predict", new float[63], TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            "There are 63 features; the model takes 64.",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_model_does_to_features_and_calls_its_classes_is_served()
    {
        var network = new NeuralNetwork<float>(1, [new FullyConnectedLayer<float>(2)], seed: 1);
        var model = new Model<float>(network, new Standardization<float>([10], [2]), classNames: ["low", "high"]);
        network.Weights[0][0, 0] = -1;
        network.Weights[0][0, 1] = 1;

        Prediction<string> low = model.Predict([8]);
        Prediction<string> high = model.Predict([12]);

        Assert.Equal(("low", "high"), (low.Label, high.Label));
        Assert.Equal(1 / (1 + Math.Exp(-2)), high["high"], 1e-6);
    }

    private static Model<float> Digits() =>
        new(new NeuralNetwork<float>(64, 10, hiddenSizes: [128, 64], new ReLU<float>(), WeightInitialization.HeNormal, seed: 1));
}
