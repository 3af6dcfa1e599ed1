namespace VecNet.Mpi;

/// <summary>A cancellation after which all ranks have stopped at the same step. Any other one is the failure of a rank.</summary>
/// <param name="cancellationToken">The token of this rank, which need not be the canceled one.</param>
internal sealed class AgreedCancellation(CancellationToken cancellationToken)
    : OperationCanceledException("The training has been canceled on a rank.", cancellationToken);
