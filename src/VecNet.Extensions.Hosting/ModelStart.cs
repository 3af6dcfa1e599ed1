using Microsoft.Extensions.Hosting;

namespace VecNet.Extensions.Hosting;

/// <summary>Asks for a predictor when the host starts, so that a model that cannot be loaded ends it then.</summary>
internal sealed class ModelStart(ModelPredictor predictor) : IHostedService
{
    /// <summary>The predictor, which exists before the host starts.</summary>
    internal ModelPredictor Predictor => predictor;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
