namespace VecNet;

/// <summary>Receives the tokens of a text.</summary>
internal interface ITokenSink
{
    /// <summary>Receives the hash of a token, which occurs once more.</summary>
    void Add(ulong token);
}
