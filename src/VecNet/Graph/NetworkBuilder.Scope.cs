using System.Numerics;

namespace VecNet;

/// <content>The names of layers inside a composite layer.</content>
public sealed partial class NetworkBuilder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A composite layer: its path, and the names that are in use inside it.</summary>
    private sealed class Scope(string path, int topLayer)
    {
        private readonly HashSet<string> used = new(StringComparer.Ordinal);
        private int count;

        internal string Path => path;

        internal int TopLayer => topLayer;

        internal Scope Next(string? name)
        {
            string part = name ?? $"{count}";
            string? fault = part.Length == 0 ? "is empty" : part.Contains('.') ? "contains a dot" : used.Add(part) ? null : "has been used";
            if (fault is not null)
            {
                throw new ArgumentException($"'{part}' cannot be the name of a layer in '{path}': it {fault}.", nameof(name));
            }

            count++;
            return path.Length == 0 ? new(part, count - 1) : new($"{path}.{part}", topLayer);
        }
    }
}
