using System.Text.Json;

namespace VecNet;

/// <summary>The part of a model's description that has its tokenizer.</summary>
internal static class TokenizerDescription
{
    /// <summary>Writes a tokenizer, if there is one.</summary>
    internal static void Write(Utf8JsonWriter json, Tokenizer? tokenizer)
    {
        if (tokenizer is null)
        {
            return;
        }

        json.WriteStartObject("tokenizer");
        if (tokenizer is CharacterTokenizer characters)
        {
            json.WriteString("characters", characters.Characters);
            json.WriteBoolean("unknown", characters.UnknownToken is not null);
        }
        else
        {
            json.WriteStartArray("merges");
            foreach ((int first, int second) in ((BytePairTokenizer)tokenizer).Merges)
            {
                json.WriteNumberValue(first);
                json.WriteNumberValue(second);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads the tokenizer of a description, if it has one.</summary>
    /// <remarks>An invalid description throws an exception that <see cref="ModelDescription"/> reports as damaged.</remarks>
    internal static Tokenizer? Read(JsonElement root)
    {
        if (!root.TryGetProperty("tokenizer", out JsonElement tokenizer))
        {
            return null;
        }

        if (tokenizer.TryGetProperty("characters", out JsonElement characters))
        {
            return new CharacterTokenizer(characters.GetString()!, tokenizer.GetProperty("unknown").GetBoolean());
        }

        int[] tokens = [.. tokenizer.GetProperty("merges").EnumerateArray().Select(token => token.GetInt32())];
        if (tokens.Length % 2 != 0)
        {
            throw new InvalidDataException("the tokenizer has a pair of one token.");
        }

        return new BytePairTokenizer([.. tokens.Chunk(2).Select(pair => (pair[0], pair[1]))]);
    }
}
