using System.Diagnostics.Metrics;
using System.Numerics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VecNet.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers models of VecNet as services.</summary>
/// <remarks>
/// <code>
/// builder.Services.AddVecNetModel&lt;float&gt;("iris", "iris.safetensors");
/// builder.Services.AddHealthChecks().AddVecNetModel("iris");
/// </code>
/// </remarks>
public static class VecNetModelExtensions
{
    /// <summary>
    /// Adds a <see cref="ModelPredictor{T}"/> of a model's file, as a singleton with a key, and also without one for programs that have
    /// one model. The file is loaded when the host starts, which fails if the file is not a model, or when the predictor is first
    /// asked for.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of the model: the key of the service, the tag of its measurements, and in its log.</param>
    /// <param name="path">The file that <see cref="VecNet.Model{T}.Save(string)"/> writes.</param>
    /// <param name="options">How the file is followed, and which inputs are taken; null for the defaults.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The name or the path is empty, or there is a model of this name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static IServiceCollection AddVecNetModel<T>(
        this IServiceCollection services, string name, string path, HostedModelOptions<T>? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(path);
        HostedModelOptions<T> chosen = options ?? new();
        chosen.Check(nameof(options));
        if (services.Any(service => service.ServiceType == typeof(ModelPredictor) && name.Equals(service.ServiceKey)))
        {
            throw new ArgumentException($"There is a model of the name '{name}'.", nameof(name));
        }

        services.AddKeyedSingleton(name, (provider, _) => Create(provider, name, path, chosen));
        services.AddKeyedSingleton<ModelPredictor>(name, (provider, _) => provider.GetRequiredKeyedService<ModelPredictor<T>>(name));
        services.AddSingleton<IHostedService>(
            provider => new ModelStart(provider.GetRequiredKeyedService<ModelPredictor>(name)));
        services.AddSingleton(new ModelName<T>(name));
        services.TryAddSingleton(provider => GetOnly<T>(provider));
        return services;
    }

    /// <summary>
    /// Adds a check of a model: healthy while the model in use is that of its file, and else what <paramref name="failureStatus"/> says,
    /// since predictions go on with the old model.
    /// </summary>
    /// <param name="builder">The checks.</param>
    /// <param name="name">The name of the model, which becomes that of the check.</param>
    /// <param name="failureStatus">The status while the file cannot be used.</param>
    /// <param name="tags">Tags of the check; null for none.</param>
    /// <returns>The checks.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IHealthChecksBuilder AddVecNetModel(
        this IHealthChecksBuilder builder,
        string name,
        HealthStatus failureStatus = HealthStatus.Degraded,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new(
            name, provider => new ModelHealthCheck(provider.GetRequiredKeyedService<ModelPredictor>(name)), failureStatus, tags));
    }

    private static ModelPredictor<T> Create<T>(IServiceProvider provider, string name, string path, HostedModelOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            name,
            path,
            options,
            provider.GetService<ILoggerFactory>()?.CreateLogger(typeof(ModelPredictor).FullName!) ?? NullLogger.Instance,
            provider.GetService<IMeterFactory>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System);

    /// <summary>The predictor of a program that has one of its type.</summary>
    private static ModelPredictor<T> GetOnly<T>(IServiceProvider provider)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] names = [.. provider.GetServices<ModelName<T>>().Select(model => model.Name)];
        return names is [string name]
            ? provider.GetRequiredKeyedService<ModelPredictor<T>>(name)
            : throw new InvalidOperationException(
                $"There are {names.Length} models, '{string.Join("', '", names)}': name one by [FromKeyedServices(\"{names[0]}\")].");
    }

    /// <summary>The name of a model, for <see cref="GetOnly{T}"/>.</summary>
    private sealed record ModelName<T>(string Name);
}
