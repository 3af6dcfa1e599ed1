using System.Diagnostics.Metrics;
using System.Numerics;
using Microsoft.Extensions.Logging;

namespace VecNet.Extensions.Hosting;

/// <content>The file and its changes.</content>
public sealed partial class ModelPredictor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock reloading = new();
    private readonly HostedModelOptions<T> options;
    private readonly ILogger logger;
    private readonly TimeProvider clock;
    private readonly ModelMetrics metrics;
    private readonly ITimer? timer;
    private volatile LoadedModel<T> loaded;
    private volatile Exception? failure;
    private volatile bool isDisposed;

    /// <summary>The content that could not be used, as a hash; null if it could not be read.</summary>
    private string? failedHash;

    /// <summary>The new content that the last check found, which is used if the next check finds the same; null for none.</summary>
    private (FileStamp Stamp, string Hash)? settling;

    /// <summary>The content that is not a valid model, as a hash, so that it need not be checked again; null for none.</summary>
    private string? rejectedHash;

    /// <summary>The stamp of the content that is known; null if a content may have changed without it.</summary>
    private FileStamp? known;

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidDataException">The file is not such a model; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal ModelPredictor(
        string name, string path, HostedModelOptions<T> options, ILogger logger, IMeterFactory? meters, TimeProvider clock)
        : base(name, System.IO.Path.GetFullPath(path))
    {
        (this.options, this.logger, this.clock) = (options, logger, clock);
        ModelFile file = ModelFile.Read(Path, known: null)!;
        loaded = Load(file, number: 1);
        Know(file.Stamp);
        metrics = new(name, meters, clock);
        Report(() => logger.Loaded(Name, 1, file.Hash, Path));
        if (options.ReloadInterval != Timeout.InfiniteTimeSpan)
        {
            // The timer would keep what the request that came first has in its context.
            using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            timer = clock.CreateTimer(
                static predictor => ((ModelPredictor<T>)predictor!).Look(), this, options.ReloadInterval, options.ReloadInterval);
        }
    }

    /// <inheritdoc/>
    public override Exception? Failure => failure;

    /// <summary>For how long new content must stay the same before it is used: a second, or the interval if that is shorter.</summary>
    private TimeSpan SettlingTime => TimeSpan.FromTicks(Math.Min(options.ReloadInterval.Ticks, TimeSpan.TicksPerSecond));

    /// <inheritdoc/>
    public override bool Reload()
    {
        lock (reloading)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return Follow(isAsked: true);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        lock (reloading)
        {
            isDisposed = true;
        }

        timer?.Dispose();
        metrics.Dispose();
    }

    /// <summary>Looks at the file, unless the last look still lasts.</summary>
    private void Look()
    {
        if (reloading.TryEnter())
        {
            try
            {
                if (!isDisposed)
                {
                    Follow(isAsked: false);
                }
            }
            finally
            {
                reloading.Exit();
            }
        }
    }

    /// <summary>Replaces the model if the file has another one.</summary>
    /// <param name="isAsked">Whether what is known of the file does not matter.</param>
    private bool Follow(bool isAsked)
    {
        string? hash = null;
        try
        {
            if (ModelFile.Read(Path, isAsked ? null : known) is not { } file)
            {
                return false;
            }

            hash = file.Hash;
            ModelVersion version = loaded.Version;
            if (hash == version.Hash)
            {
                settling = null;
                Recover();
                Know(file.Stamp);
                return false;
            }

            if (!isAsked && hash == rejectedHash)
            {
                Know(file.Stamp);
                return false;
            }

            if (!isAsked && settling != (file.Stamp, hash))
            {
                // Somebody may still write: half of the old content and half of the new may look like a model.
                (settling, known) = ((file.Stamp, hash), null);
                timer?.Change(SettlingTime, options.ReloadInterval);
                return false;
            }

            loaded = Load(file, version.Number + 1);
            (failure, failedHash, rejectedHash) = (null, null, null);
            Know(file.Stamp);
        }
        catch (Exception error)
        {
            settling = hash is null ? null : settling;
            Fail(error, hash);
            return false;
        }

        Report(metrics.Reload);
        Report(() => logger.Loaded(Name, loaded.Version.Number, loaded.Version.Hash, Path));
        return true;
    }

    /// <summary>Reads a model and checks it.</summary>
    private LoadedModel<T> Load(ModelFile file, int number)
    {
        Model<T> model;
        try
        {
            model = VecNet.Model.Load<T>(file.Content);
            ModelCheck.RequireFinite(model);
            if (loaded is not null && options.RequireSameInputsAndOutputs)
            {
                ModelCheck.RequireSameInputsAndOutputs(model, loaded.Model);
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{Path}: {error.Message}", error);
        }

        options.Validate?.Invoke(model);
        return new(model, new(number, file.Hash, clock.GetUtcNow()));
    }

    /// <summary>Remembers that the content of a stamp is known, if another content would have another stamp.</summary>
    private void Know(FileStamp stamp) => known = stamp.IsOlderThanStep(clock.GetUtcNow()) ? stamp : null;

    /// <summary>The file is again that of the model in use.</summary>
    private void Recover()
    {
        if (failure is not null)
        {
            (failure, failedHash, rejectedHash) = (null, null, null);
            Report(() => logger.Recovered(Name, Path, loaded.Version.Number, loaded.Version.Hash));
        }
    }

    /// <summary>The file cannot be used, which is logged once for each content or reason.</summary>
    private void Fail(Exception error, string? hash)
    {
        bool isNew = failure?.Message != error.Message || failedHash != hash;
        (failure, failedHash, known) = (error, hash, null);

        // Other errors, such as too little memory, may pass while the content stays the same.
        rejectedHash = error is InvalidDataException ? hash : null;
        if (isNew)
        {
            Report(() => metrics.FailToReload(error));
            Report(() => logger.ReloadFailed(error, Name, Path, loaded.Version.Number, loaded.Version.Hash));
        }
    }

    /// <summary>
    /// Logs or measures. What a logger or a listener throws is dropped: in the callback of a timer it would end the process.
    /// </summary>
    private static void Report(Action report)
    {
        try
        {
            report();
        }
        catch (Exception)
        {
            // There is nobody left to tell.
        }
    }
}
