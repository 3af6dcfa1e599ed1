using System.Text;

namespace VecNet.Text;

/// <summary>The tokens of a vocabulary as UTF-8, one after another.</summary>
internal sealed class TokenTexts(byte[] bytes, int[] offsets)
{
    internal int Count => offsets.Length - 1;

    internal ReadOnlySpan<byte> this[int id] => bytes.AsSpan(offsets[id]..offsets[id + 1]);

    /// <summary>Copies tokens, in the order of their identifiers; null is an identifier without a token.</summary>
    internal static TokenTexts Create(IReadOnlyList<string?> tokens)
    {
        int[] offsets = new int[tokens.Count + 1];
        for (int id = 0; id < tokens.Count; id++)
        {
            offsets[id + 1] = checked(offsets[id] + Encoding.UTF8.GetByteCount(tokens[id] ?? ""));
        }

        byte[] bytes = new byte[offsets[^1]];
        for (int id = 0; id < tokens.Count; id++)
        {
            Encoding.UTF8.GetBytes(tokens[id] ?? "", bytes.AsSpan(offsets[id]));
        }

        return new(bytes, offsets);
    }

    internal ReadOnlyMemory<byte> MemoryOf(int id) => bytes.AsMemory(offsets[id]..offsets[id + 1]);

    internal string TextOf(int id) => Encoding.UTF8.GetString(this[id]);
}
