namespace VecNet.Service;

/// <summary>The service and those who ask it in one process, over the loopback interface.</summary>
public static class Loopback
{
    /// <summary>
    /// Serves a network of 64-128-64-10 (the size that reads the digits) and asks it from so many connections, for so long.
    /// </summary>
    public static Task<LoadReport> Load(int connections, TimeSpan duration)
    {
        var network = new NeuralNetwork<float>(64, 10, hiddenSizes: [128, 64], new ReLU<float>(), WeightInitialization.HeNormal, seed: 1);
        var random = new SplitMix64(1);
        double[][] questions =
            [.. Enumerable.Range(0, 256).Select(_ => Enumerable.Range(0, 64).Select(_ => random.NextNormal()).ToArray())];
        var model = new Model<float>(network);
        return Load(model, questions, [.. questions.Select(question => model.Predict(question))], connections, duration);
    }

    /// <summary>Serves a model and asks it questions, from so many connections, for so long.</summary>
    public static async Task<LoadReport> Load(
        Model<float> model, double[][] questions, Prediction<string>[] answers, int connections, TimeSpan duration)
    {
        await using WebApplication service = PredictionService.Build(model, "--urls", "http://127.0.0.1:0");
        await service.StartAsync();
        LoadReport report = await new LoadTest(new Uri(service.Urls.Single()), questions, answers).Run(connections, duration);
        await service.StopAsync();
        return report;
    }
}
