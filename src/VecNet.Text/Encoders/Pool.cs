namespace VecNet.Text;

/// <summary>Objects that calls take and give back, a few of which are kept, so that a warm call allocates nothing.</summary>
internal sealed class Pool<T>
    where T : class
{
    private readonly T?[] kept = new T?[2 * Environment.ProcessorCount];

    /// <summary>Takes an object; null if none is left.</summary>
    internal T? Take()
    {
        for (int i = 0; i < kept.Length; i++)
        {
            if (Volatile.Read(ref kept[i]) is not null && Interlocked.Exchange(ref kept[i], null) is { } item)
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>Gives an object back, which is forgotten if there are enough.</summary>
    internal void Return(T item)
    {
        for (int i = 0; i < kept.Length; i++)
        {
            if (Volatile.Read(ref kept[i]) is null && Interlocked.CompareExchange(ref kept[i], item, null) is null)
            {
                return;
            }
        }
    }
}
