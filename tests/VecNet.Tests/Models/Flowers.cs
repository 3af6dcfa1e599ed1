using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>Iris as a program would have it: arrays of floats, and labels of several types.</summary>
internal static class Flowers
{
    public enum Species
    {
        Setosa,
        Versicolor,
        Virginica,
    }

    public static float[][] Features { get; }

    public static int[] Numbers { get; }

    public static string[] Names => [.. Numbers.Select(number => ((Species)number).ToString())];

    public static Species[] Kinds => [.. Numbers.Select(number => (Species)number)];

    /// <summary>The lengths of petals, to be predicted from the other three columns.</summary>
    public static (float[][] Features, float[] Values) Lengths =>
        ([.. Features.Select(row => new[] { row[0], row[1], row[3] })], [.. Features.Select(row => row[2])]);

    static Flowers()
    {
        CsvTable table = CsvTable.Read(TestData.PathOf("iris.csv"), target: "label");
        Features =
        [
            .. Enumerable.Range(0, table.Rows).Select(row => Array.ConvertAll(table.Features.View.Row(row).ToArray(), x => (float)x))
        ];
        Numbers = [.. table.Labels.Select(int.Parse)];
    }

    public static float[,] Matrix()
    {
        var matrix = new float[Features.Length, 4];
        for (int row = 0; row < Features.Length; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                matrix[row, column] = Features[row][column];
            }
        }

        return matrix;
    }
}
