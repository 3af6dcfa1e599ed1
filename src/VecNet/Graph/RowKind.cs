namespace VecNet;

/// <summary>What a row of a value represents.</summary>
public enum RowKind
{
    /// <summary>One element of a sequence, such as a token; in a batch without sequences, a sample.</summary>
    Token,

    /// <summary>A whole sequence.</summary>
    Sequence,
}
