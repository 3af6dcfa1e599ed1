using System.Text.Json.Nodes;

namespace VecNet.Cli;

/// <content>NumPy and IDX files.</content>
internal static partial class InspectCommand
{
    /// <summary>Reads an array and checks that nothing follows it.</summary>
    private static StoredArray Whole(Stream stream, Func<Stream, StoredArray> read)
    {
        StoredArray array = read(stream);
        StoredBytes.CheckEnd(stream);
        return array;
    }

    private static JsonObject OfArchive(Stream stream) => new()
    {
        ["kind"] = "NumPy archive (.npz)",
        ["arrays"] = Rows(NpzFile.Read(stream), entry =>
        {
            JsonObject array = OfArray("", entry.Value);
            array.Remove("kind");
            array.Insert(0, "name", entry.Key);
            return array;
        }),
    };

    private static JsonObject OfArray(string kind, StoredArray array)
    {
        var found = new JsonObject
        {
            ["kind"] = kind,
            ["elements"] = $"{array.Element}",
            ["shape"] = Shape(array.Shape),
            ["bytes"] = array.Data.Length,
        };
        ReadOnlySpan<double> numbers = array.ToMatrix<double>().Span;
        (double minimum, double maximum, double mean, int notFinite) = (double.NaN, double.NaN, 0, 0);
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!double.IsFinite(numbers[i]))
            {
                notFinite++;
                continue;
            }

            minimum = numbers[i] >= minimum ? minimum : numbers[i];
            maximum = numbers[i] <= maximum ? maximum : numbers[i];
            mean += (numbers[i] / (i + 1 - notFinite)) - (mean / (i + 1 - notFinite));
        }

        found["minimum"] = Number(minimum);
        found["mean"] = Number(double.IsNaN(minimum) ? double.NaN : mean);
        found["maximum"] = Number(maximum);
        found["notFinite"] = notFinite;
        return found;
    }
}
