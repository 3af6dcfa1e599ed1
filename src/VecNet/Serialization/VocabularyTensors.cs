using System.Buffers.Binary;

namespace VecNet;

/// <summary>The vocabulary of a model's texts as two tensors of its file: the hash of each feature's token, and its weight.</summary>
internal static class VocabularyTensors
{
    private const string TokensName = "vocabulary.tokens";
    private const string IdfName = "vocabulary.idf";

    /// <summary>The tensors of a vocabulary; none without one.</summary>
    internal static SafetensorsTensor[] Write(TextVectorizer? vectorizer)
    {
        if (vectorizer is null)
        {
            return [];
        }

        ulong[] tokens = vectorizer.GetTokens();
        byte[] bytes = new byte[tokens.Length * sizeof(ulong)];
        for (int i = 0; i < tokens.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), tokens[i]);
        }

        return [new(TokensName, "I64", [tokens.Length], bytes), TensorBytes.Vector(IdfName, vectorizer.Idf)];
    }

    /// <summary>Whether a tensor of a file belongs to its vocabulary.</summary>
    internal static bool Contains(SafetensorsTensor tensor) => tensor.Name is TokensName or IdfName;

    /// <summary>Creates the vectorizer whose vocabulary is in a file.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, or is not one of a vocabulary.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or the tensors contradict one another.</exception>
    internal static TextVectorizer Read(TextVectorizerOptions options, SafetensorsFile file)
    {
        SafetensorsTensor stored = Find(file, TokensName, "I64");
        SafetensorsTensor idf = Find(file, IdfName, "F32");
        var tokens = new ulong[stored.Shape[0]];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = BinaryPrimitives.ReadUInt64LittleEndian(stored.Data.Span[(i * sizeof(ulong))..]);
        }

        return new(options, tokens, [.. Enumerable.Range(0, (int)idf.Shape[0]).Select(i => TensorBytes.Read<float>(idf, i))]);
    }

    private static SafetensorsTensor Find(SafetensorsFile file, string name, string type)
    {
        SafetensorsTensor tensor = file.Tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw new InvalidDataException($"the tensor '{name}' is missing.");
        return tensor.Type == type && tensor.Shape.Count == 1 && tensor.Shape[0] <= TextHashing.MostFeatures
            ? tensor
            : throw new InvalidDataException(
                $"the tensor '{name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}]; a vector of {type} is needed.");
    }
}
