using System.Text;
using System.Text.Json;

namespace VecNet.Cli;

/// <summary>Results for scripts: one JSON object in one line.</summary>
internal static class JsonLine
{
    /// <summary>The object whose members are written by <paramref name="members"/>.</summary>
    internal static string Of(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>JSON knows neither NaN nor infinities: they are null.</summary>
    internal static void WriteFinite(this Utf8JsonWriter json, string name, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
