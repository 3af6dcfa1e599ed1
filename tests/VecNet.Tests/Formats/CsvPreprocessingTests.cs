using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>Categories, missing values, and statistics that are fitted on training rows only.</summary>
public sealed class CsvPreprocessingTests : IDisposable
{
    private static readonly CsvColumnRules Colors = new() { Categorical = ["color"] };
    private static readonly CsvColumnRules Filling = Colors with { FillMissing = true };

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Categories_are_one_hot_in_ordinal_order_wherever_their_column_stands()
    {
        CsvTable table = Encode("a,color,b,y\n1,red,2,u\n3,\"blue, dark\",4,v\n5,red,6,u\n", Colors, [0, 1, 2]);
        Assert.Equal(["a", "color=blue, dark", "color=red", "b"], table.FeatureNames);
        Assert.Equal([1.0, 0, 1, 2, 3, 1, 0, 4, 5, 0, 1, 6], table.Features.Span.ToArray());
        Assert.Equal(["u", "v", "u"], table.Labels);
    }

    /// <summary>The test rows would change the mean, the most frequent category and the categories.</summary>
    [Fact]
    public void Means_and_categories_are_those_of_the_training_rows()
    {
        const string Text = "a,color,y\n1,red,u\n,NA,v\n4,red,u\n?,blue,v\n1000,green,u\n1000,green,u\n1000,green,u\n";
        CsvCells cells = CsvCells.Read(scratch.Write("t.csv", Text), "y", Filling with { Unknown = UnknownCategory.Zeros });
        TableFeatures features = cells.Fit([0, 1, 2, 3]);
        Assert.Equal((2.5, "red"), (features.Columns[0].MissingNumber!.Value, features.Columns[1].MissingCategory));
        Assert.Equal(["blue", "red"], features.Columns[1].Categories!);
        double[] expected = [1, 0, 1, 2.5, 0, 1, 4, 0, 1, 2.5, 1, 0, 1000, 0, 0, 1000, 0, 0, 1000, 0, 0];
        Assert.Equal(expected, cells.Encode(features).Features.Span.ToArray());

        // Reading the file with fitted features, as predict does, gives the same.
        Assert.Equal(expected, CsvTable.Read(scratch["t.csv"], features, "y").Features.Span.ToArray());
    }

    [Fact]
    public void The_first_of_the_most_frequent_takes_the_place_of_a_missing_category() =>
        Assert.Equal("blue", Cells("color,y\nred,u\nblue,v\n", Filling).Fit([0, 1]).Columns[0].MissingCategory);

    [Theory]
    [InlineData("a,color,y\n1,,u\n", ", line 2, column 'color': the category is missing.")]
    [InlineData("a,color,y\n1,red,u\n2,NA,u\n", ", line 3, column 'color': the category is missing: 'NA' counts as missing.")]
    [InlineData("a,color,y\n,red,u\n", ", line 2, column 'a': the number is missing.")]
    [InlineData("a,color,y\nNA,red,u\n", ", line 2, column 'a': 'NA' is not a number.")]
    [InlineData("a,b,y\n1,2,u\n", ", line 1: the categorical column 'color' does not exist; the columns are a, b, y.")]
    [InlineData("color\nred\n", ", line 1: the target column 'y' does not exist; the columns are color.")]
    [InlineData("a,color,y\n", ": the file has a header but no rows.")]
    public void Without_filling_what_is_missing_is_an_error_with_its_place(string text, string complaint)
    {
        string path = scratch.Write("t.csv", text);
        Assert.Equal(path + complaint, Assert.Throws<CsvDataException>(() => CsvCells.Read(path, "y", Colors)).Message);
    }

    [Fact]
    public void With_filling_a_word_in_the_place_of_a_number_is_an_error_still()
    {
        string path = scratch.Write("t.csv", "a,color,y\nn.a.,red,u\n");
        Assert.Equal(
            $"{path}, line 2, column 'a': 'n.a.' is not a number.",
            Assert.Throws<CsvDataException>(() => CsvCells.Read(path, "y", Filling)).Message);
    }

    [Fact]
    public void An_unknown_category_is_named_with_its_place_unless_it_shall_be_zeros()
    {
        const string Text = "a,color,y\n1,red,u\n2,blue,v\n3,violet,u\n";
        CsvCells cells = Cells(Text, Colors);
        string complaint = $"{scratch["t.csv"]}, line 4, column 'color': 'violet' is not one of the categories seen in training: blue, "
            + "red.";
        Assert.Equal(complaint, Assert.Throws<CsvDataException>(() => cells.Encode(cells.Fit([0, 1]))).Message);
        Assert.Equal(complaint, Assert.Throws<CsvDataException>(() => CsvTable.Read(scratch["t.csv"], cells.Fit([0, 1]), "y")).Message);
        CsvTable zeros = Encode(Text, Colors with { Unknown = UnknownCategory.Zeros }, [0, 1]);
        Assert.Equal([3.0, 0, 0], zeros.Features.View.Row(2).ToArray());
    }

    /// <summary>Features that were fitted on a file without missing values have no replacement for them.</summary>
    [Fact]
    public void What_is_missing_is_an_error_where_the_features_have_nothing_in_its_place()
    {
        CsvCells cells = Cells("a,color,y\n1,red,u\n2,NA,v\n", Filling with { Unknown = UnknownCategory.Zeros });
        TableFeatures features = new([FeatureColumn.Number("a"), FeatureColumn.Category("color", ["red"], null, UnknownCategory.Zeros)]);
        Assert.Equal(
            $"{cells.Path}, line 3, column 'color': the category is missing.",
            Assert.Throws<CsvDataException>(() => cells.Encode(features)).Message);
        cells = Cells("a,color,y\n1,red,u\n?,red,v\n", Filling);
        Assert.Equal(
            $"{cells.Path}, line 3, column 'a': the number is missing.",
            Assert.Throws<CsvDataException>(() => cells.Encode(features)).Message);
    }

    [Fact]
    public void A_column_that_cannot_be_fitted_is_named()
    {
        CsvCells cells = Cells("a,color,y\n?,,u\n?,,u\n1,red,v\n", Filling);
        Assert.EndsWith(
            ", column 'a': the column has no number in the training rows, and so no mean to fill in.",
            Assert.Throws<CsvDataException>(() => cells.Fit([0, 1])).Message,
            StringComparison.Ordinal);
        cells = Cells("color,y\n,u\nred,v\n", Filling);
        Assert.EndsWith(
            ", column 'color': the column has no category in the training rows.",
            Assert.Throws<CsvDataException>(() => cells.Fit([0])).Message,
            StringComparison.Ordinal);
        cells = Cells("color,y\n" + string.Concat(Enumerable.Range(0, 1001).Select(row => $"c{row},u\n")), Colors);
        Assert.EndsWith(
            "there are 1001 categories in 1001 training rows; the limit is 1000.",
            Assert.Throws<CsvDataException>(() => cells.Fit([.. Enumerable.Range(0, 1001)])).Message,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "'color' is the target and cannot also be a categorical feature.",
            Assert.Throws<CsvDataException>(() => CsvCells.Read(scratch.Write("t.csv", "a,color\n1,x\n"), "color", Colors)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_alone_are_the_same_table_as_ever()
    {
        CsvTable table = CsvTable.Read(TestData.PathOf("iris.csv"), "label");
        CsvCells cells = CsvCells.Read(TestData.PathOf("iris.csv"), "label", new CsvColumnRules());
        TableFeatures features = cells.Fit([0]);
        Assert.True(features.ArePlainNumbers);
        Assert.False(Cells("a,color,y\n1,2,3\n", Colors).Fit([0]).ArePlainNumbers);
        Assert.Equal(table.Features.Span.ToArray(), cells.Encode(features).Features.Span.ToArray());
        Assert.Equal(table.Labels, cells.Labels);
        Assert.Equal(table.Lines, cells.Lines);
    }

    /// <summary>The memory for reading depends on the numbers and not on the text: a hundred times the padding takes no more.</summary>
    [Fact]
    public void A_file_is_read_row_by_row()
    {
        string padded = scratch.Write(
            "padded.csv",
            "a,note,y\n" + string.Concat(Enumerable.Range(0, 20_000).Select(row => $"{row},{new string(' ', 500)}x,{row % 2}\n")));
        CsvTable.Read(padded, ["a"], "y");
        long before = GC.GetAllocatedBytesForCurrentThread();
        CsvTable.Read(padded, ["a"], "y");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        Assert.True(new FileInfo(padded).Length > 10_000_000);
    }

    [Fact]
    public void A_row_of_cells_becomes_the_same_features_without_a_file()
    {
        var features = new TableFeatures(
            [FeatureColumn.Number("a", missing: 7), FeatureColumn.Category("c", ["x", "y"], "y", UnknownCategory.Zeros)]);
        double[] row = new double[3];
        features.Encode(["2.5", "x"], row.AsSpan());
        Assert.Equal([2.5, 1, 0], row);
        features.Encode([" ", "null"], row.AsSpan());
        Assert.Equal([7.0, 0, 1], row);
        features.Encode(["-1e2", "z"], row.AsSpan());
        Assert.Equal([-100.0, 0, 0], row);
        Assert.Equal(
            "column 'a': 'x' is not a number.", Assert.Throws<FormatException>(() => features.Encode(["x", "x"], row.AsSpan())).Message);
        Assert.Throws<ArgumentException>(() => features.Encode(["1"], row.AsSpan()));
        Assert.Throws<ArgumentException>(() => FeatureColumn.Category("c", ["x", "x"]));
        Assert.Throws<ArgumentException>(() => FeatureColumn.Category("c", ["x"], "y"));
        Assert.Throws<ArgumentException>(() => FeatureColumn.Category("c", []));
        Assert.Throws<ArgumentException>(() => FeatureColumn.Number("a", double.NaN));
        Assert.Throws<ArgumentException>(() => new TableFeatures([FeatureColumn.Number("a"), FeatureColumn.Number("a")]));
    }

    [Fact]
    public void A_model_keeps_its_columns()
    {
        var features = new TableFeatures(
            [
                FeatureColumn.Number("a", 1.0 / 3),
                FeatureColumn.Number("b"),
                FeatureColumn.Category("c", ["x", "ü \"y\""], "x"),
                FeatureColumn.Category("d", ["1"], null, UnknownCategory.Zeros),
            ]);
        new Model<float>(new NeuralNetwork<float>(5, 2, [], new ReLU<float>()), table: features).Save(scratch["m"]);
        TableFeatures again = Model.Load<float>(scratch["m"]).Table!;
        Assert.Equal(features.Names, again.Names);
        Assert.Equal(
            features.Columns.Select(column => (column.Name, column.MissingNumber, column.MissingCategory, column.Unknown)),
            again.Columns.Select(column => (column.Name, column.MissingNumber, column.MissingCategory, column.Unknown)));
        Assert.Throws<ArgumentException>(() => new Model<float>(new NeuralNetwork<float>(4, 2, [], new ReLU<float>()), table: features));
    }

    [Theory]
    [InlineData("[{\"name\":\"a\",\"missing\":\"x\"}]", "damaged")]
    [InlineData("[{\"name\":\"a\",\"missing\":1e999}]", "damaged")]
    [InlineData("[{\"name\":null}]", "missing")]
    [InlineData("[]", "damaged")]
    [InlineData("[{\"name\":\"a\"},{\"name\":\"b\"}]", "2 features of a table's row")]
    [InlineData("[{\"name\":\"a\",\"categories\":[\"x\"],\"unknown\":\"guess\"}]", "'guess'")]
    [InlineData("[{\"name\":\"a\",\"categories\":[\"x\"],\"unknown\":\"zeros\",\"missing\":\"y\"}]", "damaged")]
    public void Damaged_columns_are_refused(string columns, string part)
    {
        using (FileStream stream = File.Create(scratch["m"]))
        {
            new SafetensorsFile(
                [],
                new Dictionary<string, string>
                {
                    ["vecnet"] = $"{{\"version\":1,\"inputs\":1,\"layers\":[{{\"name\":\"relu\"}}],\"columns\":{columns}}}",
                }).Write(stream);
        }

        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Model.Load<float>(scratch["m"])).Message, StringComparison.Ordinal);
    }

    private CsvCells Cells(string text, CsvColumnRules rules) => CsvCells.Read(scratch.Write("t.csv", text), "y", rules);

    private CsvTable Encode(string text, CsvColumnRules rules, int[] trainingRows)
    {
        CsvCells cells = Cells(text, rules);
        return cells.Encode(cells.Fit(trainingRows));
    }
}
