using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VecNet.Extensions.Hosting;

/// <summary>Healthy while the model in use is that of its file.</summary>
internal sealed class ModelHealthCheck(ModelPredictor predictor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ModelVersion version = predictor.Version;
        var data = new Dictionary<string, object>
        {
            ["version"] = version.Number,
            ["hash"] = version.Hash,
            ["loadedAt"] = version.LoadedAt,
        };
        return Task.FromResult(predictor.Failure is { } failure
            ? new HealthCheckResult(
                context.Registration.FailureStatus,
                $"Version {version.Number} of the model is in use; the file cannot be: {failure.Message}",
                failure,
                data)
            : HealthCheckResult.Healthy($"Version {version.Number} of the model is in use.", data));
    }
}
