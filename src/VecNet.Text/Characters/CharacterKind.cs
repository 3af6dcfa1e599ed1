namespace VecNet.Text;

/// <summary>What a tokenizer does with a character.</summary>
internal enum CharacterKind
{
    /// <summary>It is a part of a word.</summary>
    Word,

    /// <summary>It separates words.</summary>
    Space,

    /// <summary>It is a word of its own.</summary>
    Separate,

    /// <summary>It is left out, and does not divide a word.</summary>
    Removed,

    /// <summary>It is left out, and characters after it are not moved before it by canonical ordering.</summary>
    RemovedStarter,

    /// <summary>It is a part of a word, and canonical ordering may move it; its entry has its combining class.</summary>
    Reordered,

    /// <summary>It becomes several characters.</summary>
    Several,

    /// <summary>It is a syllable that becomes two or three Jamo.</summary>
    Hangul,
}
