namespace VecNet.Extensions.Hosting;

/// <summary>The model of a file as a service: what does not depend on the type of its numbers.</summary>
/// <remarks>
/// <code>
/// ModelPredictor predictor = provider.GetRequiredKeyedService&lt;ModelPredictor&gt;("iris");
/// Console.WriteLine($"{predictor.Name}: version {predictor.Version.Number}, {predictor.Failure?.Message ?? "as its file"}");
/// </code>
/// </remarks>
public abstract class ModelPredictor : IDisposable
{
    private protected ModelPredictor(string name, string path)
    {
        Name = name;
        Path = path;
    }

    /// <summary>The name that the model was registered with.</summary>
    public string Name { get; }

    /// <summary>The full path of its file.</summary>
    public string Path { get; }

    /// <summary>The version that predictions are made with now.</summary>
    public abstract ModelVersion Version { get; }

    /// <summary>Why the file, as it was at the last look, is not the model in use; null if it is.</summary>
    public abstract Exception? Failure { get; }

    /// <summary>
    /// Reads the file now, also if it seems to be unchanged, and uses it at once if it is valid and not that of the model in use, without
    /// a second check whether it still changes: call it when the file is complete. If it cannot be used, the model stays as it is,
    /// <see cref="Failure"/> says why, and the failure is logged.
    /// </summary>
    /// <returns>Whether the model has been replaced.</returns>
    /// <exception cref="ObjectDisposedException">The predictor has been disposed of.</exception>
    public abstract bool Reload();

    /// <summary>
    /// Ends the looks at the file; waits for one that is under way. Predictions that are under way are finished, and others refused.
    /// </summary>
    public abstract void Dispose();
}
