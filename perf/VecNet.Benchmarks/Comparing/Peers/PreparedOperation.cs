using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>An operation that writes where the result belongs.</summary>
internal sealed class PreparedOperation(Action<int> run) : IPreparedElementwise
{
    public void Run(int calls) => run(calls);

    public void CopyResult()
    {
    }

    public void Dispose()
    {
    }
}
