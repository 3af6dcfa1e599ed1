using System.Globalization;
using System.Numerics;
using FsCheck.Xunit;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>The numbers of cells are rounded once before the network: they are parsed, subtracted and divided in double.</summary>
public abstract class TablePrecisionTests<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose()
    {
        scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Columns of any size and offset, with up to 17 digits, are read in both ways, next to categories and filled cells.
    /// </summary>
    [Property]
    public void Features_are_those_of_a_plain_reference(ulong seed)
    {
        var random = new Seeded(seed);
        int rows = random.Integer(2, 30);
        double[] sizes = [.. Enumerable.Range(0, 3).Select(_ => Math.Pow(10, random.Integer(-200, 200)))];
        double[] offsets = [.. sizes.Select(size => size * Math.Pow(10, random.Integer(0, 14)) * random.Integer(-1, 1))];
        string[][] cells = [.. Enumerable.Range(0, rows).Select(_ => (string[])
            [
                Cell(0, ref random),
                "pq"[random.Integer(0, 1)].ToString(),
                random.Integer(0, 4) == 0 ? "NA" : Cell(1, ref random),
                Cell(2, ref random),
            ])];
        cells[0] = [cells[0][0], "p", Cell(1, ref random), cells[0][3]];
        cells[1][1] = "q";
        string path = scratch.Write("t.csv", "a,c,b,d,y\n" + string.Concat(cells.Select((row, i) => $"{string.Join(',', row)},{i % 2}\n")));

        CsvCells read = CsvCells.Read(path, "y", new CsvColumnRules { Categorical = ["c"], FillMissing = true });
        TableFeatures features = read.Fit([.. Enumerable.Range(0, rows)]);
        TensorBuffer<double> table = read.Encode(features).Features;
        Assert.Equal(table.Span.ToArray(), CsvTable.Read(path, features, "y").Features.Span.ToArray());
        var standardization = Standardization.Fit<T>(table.View);
        var model = new Model<T>(new NeuralNetwork<T>(5, 2, [], new ReLU<T>()), standardization, table: features);
        TensorBuffer<T> standardized = standardization.Apply(table.View);
        double[] single = new double[5];
        T[] input = new T[5];
        for (int row = 0; row < rows; row++)
        {
            double fill = features.Columns[2].MissingNumber!.Value;
            double[] reference =
            [
                Parse(cells[row][0]),
                cells[row][1] == "p" ? 1 : 0,
                cells[row][1] == "q" ? 1 : 0,
                cells[row][2] == "NA" ? fill : Parse(cells[row][2]),
                Parse(cells[row][3]),
            ];
            features.Encode(cells[row], single);
            model.PrepareInputs(single, input);
            Assert.Equal(reference, table.View.Row(row).ToArray());
            Assert.Equal(reference, single);
            for (int i = 0; i < 5; i++)
            {
                T expected = T.CreateTruncating((reference[i] - standardization.Means[i]) / standardization.Deviations[i]);
                Assert.Equal(expected, standardized.View[row, i]);
                Assert.Equal(expected, input[i]);
            }
        }

        string Cell(int column, ref Seeded values) =>
            (
                offsets[column] + (sizes[column] * ((2 * values.Unit()) - 1)))
                .ToString($"G{values.Integer(1, 17)}", CultureInfo.InvariantCulture);
    }

    /// <summary>A row is not refused for a number that overflows in single precision if its standardized value does not.</summary>
    [Theory]
    [InlineData("1e99", "2e99")]
    [InlineData("-1.7e308", "1.7e308")]
    [InlineData("1e-300", "2e-300")]
    [InlineData("1700000000", "1700000050")]
    [InlineData("16777216", "16777217")]
    [InlineData("0.123456789012345678", "0.123456789012346678")]
    public void Two_numbers_that_differ_differ_in_the_network(string low, string high)
    {
        TensorBuffer<double> table = CsvTable.Read(scratch.Write("t.csv", $"a,y\n{low},u\n{high},v\n"), "y").Features;
        T[] features = Standardization.Fit<T>(table.View).Apply(table.View).Span.ToArray();
        Assert.Equal(-1, double.CreateChecked(features[0]), 0.1);
        Assert.Equal(1, double.CreateChecked(features[1]), 0.1);
    }

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

public sealed class TablePrecisionFloatTests : TablePrecisionTests<float>;

public sealed class TablePrecisionDoubleTests : TablePrecisionTests<double>;
