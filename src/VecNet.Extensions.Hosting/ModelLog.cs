using Microsoft.Extensions.Logging;

namespace VecNet.Extensions.Hosting;

/// <summary>What is logged of a model.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(1, LogLevel.Information, "Model {Name}: loaded version {Version} ({Hash}) from {Path}.")]
    internal static partial void Loaded(this ILogger logger, string name, int version, string hash, string path);

    [LoggerMessage(2, LogLevel.Error, "Model {Name}: the file {Path} cannot be used; version {Version} ({Hash}) stays in use.")]
    internal static partial void ReloadFailed(
        this ILogger logger, Exception error, string name, string path, int version, string hash);

    [LoggerMessage(3, LogLevel.Information, "Model {Name}: the file {Path} is again that of version {Version} ({Hash}), which is in use.")]
    internal static partial void Recovered(this ILogger logger, string name, string path, int version, string hash);
}
