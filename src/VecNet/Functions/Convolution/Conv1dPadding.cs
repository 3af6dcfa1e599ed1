namespace VecNet;

/// <summary>The zeros that <see cref="Conv1d"/> imagines around each sequence; e = dilation · (kernel size − 1).</summary>
public enum Conv1dPadding
{
    /// <summary>⌊e/2⌋ zeros before and the others of e after: with stride 1, as many output rows as input rows. As in PyTorch.</summary>
    Same,

    /// <summary>None: e output rows fewer than input rows, with stride 1.</summary>
    Valid,

    /// <summary>e zeros before: an output row depends on the input row in its place and on earlier ones only.</summary>
    Causal,
}
