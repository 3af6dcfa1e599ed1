namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>A library that computes networks.</summary>
internal interface INetworkPeer : IPeer
{
    /// <summary>Brings everything about that is no part of a pass: parameters and batch in the library's form, memory, number of threads.</summary>
    IPreparedNetwork Prepare(NetworkRow row, NetworkProblem problem);

    /// <inheritdoc/>
    IServedRow IPeer.Prepare(string words) => ServedNetwork.Of(this, NetworkRow.FromWords(words));
}

/// <summary>A network that is ready to be timed.</summary>
internal interface IPreparedNetwork : IDisposable
{
    /// <summary>Computes the row's passes, again and again: the loop lies here, so that a small network is measured and not the call to it.</summary>
    void Run(int calls);

    /// <summary>Brings the problem's parameters back.</summary>
    void Reset();

    /// <summary>The output of one inference, batch × outputs.</summary>
    float[] Output();

    /// <summary>One forward and backward pass: the loss, and behind it ∂L/∂W and ∂L/∂b of layer after layer, W as inputs × outputs.</summary>
    float[] LossAndGradients();

    /// <summary>One training step: its loss, before the update.</summary>
    float Step();
}
