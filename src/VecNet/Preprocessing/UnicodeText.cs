using System.Buffers;
using System.Text;

namespace VecNet;

/// <summary>Checks names that files store as UTF-8, in which half of a surrogate pair cannot be written.</summary>
internal static class UnicodeText
{
    /// <summary>Whether every surrogate has its partner.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    /// <summary>Throws unless a name can be stored.</summary>
    /// <exception cref="ArgumentException">Half of a surrogate pair is missing.</exception>
    internal static void Check(ReadOnlySpan<char> name, string what, string parameter)
    {
        if (!IsWellFormed(name))
        {
            throw new ArgumentException(
                $"{what} '{name}' is not valid Unicode, since half of a surrogate pair is missing; it could not be saved.", parameter);
        }
    }
}
