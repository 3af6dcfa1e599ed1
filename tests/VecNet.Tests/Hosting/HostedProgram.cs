using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VecNet.Extensions.Hosting;

namespace VecNet.Tests;

/// <summary>The services of a program with one model in a file, what it logs and measures, and its clock.</summary>
internal sealed class HostedProgram : ILoggerProvider, ILogger
{
    private readonly ScratchDirectory scratch = new();
    private readonly Lazy<ServiceProvider> provider;
    private readonly ConcurrentQueue<string> log = new();

    /// <summary>Writes a model to a file and registers it, with services that a test adds.</summary>
    internal HostedProgram(
        HostedModelOptions<float>? options = null, Action<IServiceCollection, string>? add = null, Model<float>? model = null)
    {
        Name = Guid.NewGuid().ToString("N");
        Measured = new(Name);
        (model ?? Flowers(1)).Save(File);
        provider = new(() =>
        {
            var services = new ServiceCollection();
            services.AddLogging(builder => builder.AddProvider(this));
            services.AddSingleton<TimeProvider>(Clock);
            services.AddVecNetModel(Name, File, options);
            add?.Invoke(services, Name);
            return services.BuildServiceProvider();
        });
    }

    /// <summary>The name of the model, which no other test has.</summary>
    internal string Name { get; }

    /// <summary>The path of its file.</summary>
    internal string File => scratch["model.safetensors"];

    /// <summary>A directory for other files.</summary>
    internal ScratchDirectory Scratch => scratch;

    internal ManualClock Clock { get; } = new();

    internal Measurements Measured { get; }

    internal ServiceProvider Services => provider.Value;

    internal ModelPredictor<float> Predictor => Services.GetRequiredService<ModelPredictor<float>>();

    /// <summary>What has been logged: the level and the beginning of the text, before the first parenthesis.</summary>
    internal string[] Logged => [.. log];

    /// <summary>A classifier of four numbers into three classes, another one for each seed.</summary>
    internal static Model<float> Flowers(ulong seed) => new(
        new NeuralNetwork<float>(4, 3, hiddenSizes: [8], new ReLU<float>(), WeightInitialization.HeNormal, seed),
        classNames: ["setosa", "versicolor", "virginica"]);

    public ILogger CreateLogger(string categoryName) => categoryName == typeof(ModelPredictor).FullName ? this : new Unheard();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        log.Enqueue($"{logLevel}: {formatter(state, exception).Split(" (")[0]}"
            .Replace(Name, "NAME", StringComparison.Ordinal).Replace(File, "FILE", StringComparison.Ordinal));

    public void Dispose()
    {
        if (provider.IsValueCreated)
        {
            provider.Value.Dispose();
        }

        Measured.Dispose();
        scratch.Dispose();
    }

    private sealed class Unheard : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}

/// <summary>A clock whose time can be set, and whose timers a test calls.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly List<ManualTimer> timers = [];

    /// <summary>The time; null for that of the system.</summary>
    internal DateTimeOffset? Now { get; set; }

    /// <summary>The number of timers that have not been disposed of.</summary>
    internal int Timers => timers.Count(timer => !timer.IsDisposed);

    public override DateTimeOffset GetUtcNow() => Now ?? base.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state));
        timers.Add(timer);
        return timer;
    }

    /// <summary>Calls the timers, also those that have been disposed of: a call may be under way then.</summary>
    internal void Tick(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            timers.ForEach(timer => timer.Call());
        }
    }

    private sealed class ManualTimer(Action call) : ITimer
    {
        internal bool IsDisposed { get; private set; }

        internal void Call() => call();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => IsDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
