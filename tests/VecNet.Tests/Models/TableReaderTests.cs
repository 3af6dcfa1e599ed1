using System.Data;
using System.Text.Json;
using VecNet.Formats;

namespace VecNet.Tests;

/// <summary>Models that are trained on tables with named columns, and predict from such rows.</summary>
public sealed class TableReaderTests : IDisposable
{
    private static readonly FitOptions Short = new() { Epochs = 60, Seed = 3 };

    private readonly ScratchDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_classifier_learns_from_numbers_and_categories_of_a_data_table()
    {
        DataTable penguins = Penguins();
        Classifier<string> model = Classifier.Fit<string>(
            penguins.CreateDataReader(), "species", new() { FillMissing = true }, Short, cancellationToken: Token);

        Assert.Equal(["Adelie", "Gentoo"], model.Labels);
        Assert.Equal(
            ["island=Biscoe", "island=Dream", "mass", "adult"], model.Model.FeatureNames);
        Assert.Equal("species", model.Model.TargetName);
        Assert.Equal([0, 0], model.Model.Standardization!.Means.Take(2));
        Assert.Equal([1, 1], model.Model.Standardization.Deviations.Take(2));
        Assert.NotEqual(0, model.Model.Standardization.Means[2]);
        Prediction<string>[] all = model.Predict(penguins.CreateDataReader());
        Assert.Equal(penguins.Rows.Cast<DataRow>().Select(row => (string)row["species"]), all.Select(one => one.Label));

        // One row as a dictionary has the same prediction, also after a file.
        model.Save(scratch["model"]);
        Classifier<string> loaded = Classifier.Load<string>(scratch["model"]);
        for (int row = 0; row < all.Length; row++)
        {
            Dictionary<string, object?> cells = penguins.Columns.Cast<DataColumn>()
                .ToDictionary(column => column.ColumnName, object? (column) => penguins.Rows[row][column]);
            Assert.Equal(all[row].Classes, loaded.Predict(cells).Classes);
        }
    }

    /// <summary>The tool predicts the same from a CSV file of these rows, and a reader the same as a model of the tool.</summary>
    [Fact]
    public void A_reader_and_a_CSV_file_of_the_same_rows_have_the_same_features()
    {
        DataTable penguins = Penguins();
        string csv = scratch.Write("penguins.csv", "island,mass,adult,species\n" + string.Concat(penguins.Rows.Cast<DataRow>().Select(
            row => FormattableString.Invariant(
                $"{row["island"]},{row["mass"]},{((bool)row["adult"] ? 1 : 0)},{row["species"]}\n"))));
        var rules = new CsvColumnRules { Categorical = ["island"], FillMissing = true };
        CsvCells cells = CsvCells.Read(csv, "species", rules);
        TableFeatures features = cells.Fit([.. Enumerable.Range(0, penguins.Rows.Count)]);

        TrainingTable read = TrainingTable.Read(
            penguins.CreateDataReader(), "species", new() { FillMissing = true }, null, Token);

        Assert.Equal(features.Names, read.Features.Names);
        Assert.Equal(features.Columns[1].MissingNumber, read.Features.Columns[1].MissingNumber);
        Assert.Equal(features.Columns[0].MissingCategory, read.Features.Columns[0].MissingCategory);
        Assert.Equal(cells.Encode(features).Features.Span.ToArray(), read.Values.Span.ToArray());
        Assert.Equal(read.Values.Span.ToArray(), TableRows.Encode(read.Features, penguins.CreateDataReader()).Span.ToArray());
    }

    /// <summary>Numbers are standardized in double: times of one day do not become one number.</summary>
    [Fact]
    public void Large_numbers_keep_their_digits()
    {
        var table = new DataTable { Columns = { { "time", typeof(long) }, { "late", typeof(bool) } } };
        for (int minute = 0; minute < 60; minute++)
        {
            table.Rows.Add(1_700_000_000_000L + minute, minute >= 30);
        }

        Classifier<bool> model = Classifier.Fit<bool>(table.CreateDataReader(), "late", options: Short, cancellationToken: Token);

        Assert.True(model.Predict(new Dictionary<string, object?> { ["time"] = 1_700_000_000_055L }).Label);
        Assert.False(model.Predict(new Dictionary<string, object?> { ["time"] = 1_700_000_000_004L }).Label);
    }

    /// <summary>Many databases have 0 and 1 for truth values.</summary>
    [Fact]
    public void Truth_values_may_be_0_and_1()
    {
        var table = new DataTable { Columns = { { "x", typeof(double) }, { "isLarge", typeof(long) } } };
        for (int i = 0; i < 20; i++)
        {
            table.Rows.Add(i, i / 10);
        }

        Classifier<bool> model = Classifier.Fit<bool>(table.CreateDataReader(), "isLarge", options: Short, cancellationToken: Token);
        Assert.Equal([false, true], model.Labels);
        Assert.True(model.Predict([19f]).Label);
        table.Rows.Add(3, 2);
        Assert.Contains(
            "Row 20, column 'isLarge': '2' is not a label of type System.Boolean.",
            Assert.Throws<ArgumentException>(
                () => Classifier.Fit<bool>(table.CreateDataReader(), "isLarge", options: Short, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_regressor_learns_from_a_reader_and_predicts_from_JSON()
    {
        var houses = new DataTable
        {
            Columns = { { "city", typeof(string) }, { "rooms", typeof(int) }, { "zone", typeof(short) }, { "price", typeof(decimal) } },
        };
        for (int i = 0; i < 40; i++)
        {
            houses.Rows.Add(i % 2 == 0 ? "Rome" : "Oslo", 1 + (i % 5), i % 3, (100m * (1 + (i % 5))) + (i % 2 * 300));
        }

        Regressor model = Regressor.Fit(
            houses.CreateDataReader(), "price", new() { Categorical = ["zone"] }, new() { Epochs = 300, Seed = 1 },
            cancellationToken: Token);

        Assert.Equal(["city=Oslo", "city=Rome", "rooms", "zone=0", "zone=1", "zone=2"], model.Model.FeatureNames);
        double[] prices = model.Predict(houses.CreateDataReader());
        Assert.InRange(prices.Select((price, i) => Math.Abs(price - (double)(decimal)houses.Rows[i]["price"])).Average(), 0, 40);
        Dictionary<string, object?> row = JsonSerializer.Deserialize<Dictionary<string, object?>>(
            """{ "city": "Rome", "rooms": 1, "zone": 0, "other": null }""")!;
        Assert.Equal(prices[0], model.Predict(row));
    }

    [Fact]
    public void A_model_of_plain_numbers_has_names_too()
    {
        var table = new DataTable { Columns = { { "x", typeof(float) }, { "y", typeof(int) }, { "right", typeof(DayOfWeek) } } };
        for (int i = 0; i < 20; i++)
        {
            table.Rows.Add(i, -i, i < 10 ? DayOfWeek.Monday : DayOfWeek.Friday);
        }

        Classifier<DayOfWeek> model = Classifier.Fit<DayOfWeek>(
            table.CreateDataReader(), "right", options: Short, cancellationToken: Token);

        Assert.Null(model.Model.Table);
        Assert.Equal(DayOfWeek.Friday, model.Predict(new Dictionary<string, object?> { ["y"] = -19, ["x"] = "19" }).Label);
        Assert.Equal(DayOfWeek.Monday, model.Predict([0, 0]).Label);

        // Names of columns may differ in case, as those of databases do.
        table.Columns["x"]!.ColumnName = "X";
        Assert.Equal(DayOfWeek.Monday, model.Predict(table.CreateDataReader())[0].Label);
    }

    [Fact]
    public void Wrong_tables_are_refused_with_row_and_column()
    {
        DataTable penguins = Penguins();
        Refuses("rows", "Row 2, column 'mass': the value is missing; TableOptions.FillMissing", penguins, new());
        Refuses("target", "There is no column 'kind'; the columns are 'island', 'mass', 'adult', 'species'.", penguins, new(), "kind");
        Refuses("table", "There is no column 'sex'", penguins, new() { Categorical = ["sex"] });
        Refuses("table", "Column 'species' is the target", penguins, new() { Categorical = ["species"] });
        Refuses("target", "All 12 rows have the label 'Gentoo'", Changed("species", "Gentoo", all: true), new() { FillMissing = true });
        Refuses("rows", "Row 3, column 'species': the target is missing.", Changed("species", DBNull.Value), new() { FillMissing = true });
        Refuses(
            "rows", "Row 3, column 'mass': 'Infinity' is not a finite number.", Changed("mass", double.PositiveInfinity),
            new() { FillMissing = true });
        Refuses("rows", "Column 'mass': all values are missing.", Changed("mass", DBNull.Value, all: true), new() { FillMissing = true });
        penguins.Rows.Clear();
        Refuses("rows", "There are 0 rows of 3 features", penguins, new());
        penguins.Columns.Add("born", typeof(DateTime));
        Refuses("rows", "Column 'born': values of type System.DateTime are neither numbers nor texts", penguins, new());

        var names = new DataTable { Columns = { { "name", typeof(string) }, { "label", typeof(int) } } };
        for (int i = 0; i <= 1000; i++)
        {
            names.Rows.Add($"name {i}", i % 2);
        }

        Refuses("rows", "Column 'name': there are 1001 categories; the limit is 1000.", names, new(), "label");
        Assert.Contains(
            "Row 0, column 'species': 'Gentoo' is not a label of type System.Int32.",
            Assert.Throws<ArgumentException>(
                () => Classifier.Fit<int>(
                    Penguins().CreateDataReader(), "species", new() { FillMissing = true }, cancellationToken: Token)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>The categories and means of rows of weight 0 are not those of the model, either.</summary>
    [Fact]
    public void A_row_of_weight_0_is_as_if_it_were_absent()
    {
        DataTable all = Penguins();
        all.Rows.Add("Mars", 1000.0, true, "Gentoo");
        double[] weights = [.. Enumerable.Repeat(1.0, all.Rows.Count - 1), 0];
        Classifier<string> weighted = Classifier.Fit<string>(
            all.CreateDataReader(), "species", new() { FillMissing = true }, Short with { SampleWeights = weights },
            cancellationToken: Token);
        Classifier<string> absent = Classifier.Fit<string>(
            Penguins().CreateDataReader(), "species", new() { FillMissing = true }, Short, cancellationToken: Token);
        Assert.Equal(absent.Model.Table!.Columns[0].Categories, weighted.Model.Table!.Columns[0].Categories);
        Assert.Equal(absent.Model.Table.Columns[1].MissingNumber, weighted.Model.Table.Columns[1].MissingNumber);
        Assert.Equal(absent.Model.GetParametersHash(), weighted.Model.GetParametersHash());
        Assert.Throws<ArgumentException>(
            "options",
            () => Classifier.Fit<string>(
                all.CreateDataReader(), "species", new() { FillMissing = true }, Short with { SampleWeights = new double[13] },
                cancellationToken: Token));
    }

    /// <summary>NaN is a missing value, not a category or a class of that name.</summary>
    [Fact]
    public void NaN_is_missing_in_categories_and_targets()
    {
        var codes = new DataTable { Columns = { { "code", typeof(double) }, { "share", typeof(float) }, { "label", typeof(string) } } };
        for (int i = 0; i < 6; i++)
        {
            codes.Rows.Add(i == 2 ? double.NaN : i % 2, i == 3 ? float.NaN : i / 4, i < 3 ? "a" : "b");
        }

        Refuses("rows", "Row 2, column 'code': the value is missing", codes, new() { Categorical = ["code"] }, "label");
        Refuses("rows", "Row 3, column 'share': the target is missing.", codes, new() { FillMissing = true }, "share");
        TableOptions filled = new() { Categorical = ["code", "share"], FillMissing = true };
        Classifier<string> model = Classifier.Fit<string>(codes.CreateDataReader(), "label", filled, Short, cancellationToken: Token);
        Assert.Equal(["0", "1"], model.Model.Table!.Columns[0].Categories);
        Assert.Equal(["0", "1"], model.Model.Table.Columns[1].Categories);
        Assert.Equal(
            model.Predict(new Dictionary<string, object?> { ["code"] = 1, ["share"] = 0 }).Classes,
            model.Predict(new Dictionary<string, object?> { ["code"] = double.NaN, ["share"] = null }).Classes);
    }

    [Fact]
    public void Wrong_rows_are_refused_in_predictions()
    {
        Classifier<string> model = Classifier.Fit<string>(
            Penguins().CreateDataReader(), "species", new() { FillMissing = true }, Short, cancellationToken: Token);
        Message("There is no column 'adult'.", () => model.Predict(Row("Biscoe", 4.0)));
        Message("Column 'island': 'Mars' is not one of the categories", () => model.Predict(Row("Mars", 4.0, true)));
        Message("Column 'mass': 'heavy' is not a number.", () => model.Predict(Row("Biscoe", "heavy", true)));
        DataTable other = Penguins();
        other.Rows[5]["island"] = "Mars";
        Message("Row 5, column 'island': 'Mars' is not one of", () => model.Predict(other.CreateDataReader()));
        other.Columns.Remove("mass");
        Message("There is no column 'mass'; the columns are", () => model.Predict(other.CreateDataReader()));

        // Missing values were filled in, and so they are here; unknown categories are zeros if they may be.
        Assert.NotNull(model.Predict(Row(null, DBNull.Value, true)).Label);
        Classifier<string> open = Classifier.Fit<string>(
            Penguins().CreateDataReader(), "species", new() { FillMissing = true, UnknownCategories = UnknownCategory.Zeros }, Short,
            cancellationToken: Token);
        Assert.NotNull(open.Predict(Row("Mars", 4.0, true)).Label);
        Assert.Throws<InvalidOperationException>(
            () => Classifier.Fit([[0], [1]], ["a", "b"], Short, cancellationToken: Token).Predict(Row("Mars", 4.0, true)));
    }

    private static void Message(string part, Action action) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static void Refuses(string parameter, string message, DataTable rows, TableOptions options, string target = "species")
    {
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(
            () => Classifier.Fit<string>(rows.CreateDataReader(), target, options, Short, cancellationToken: Token));
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, object?> Row(object? island, object mass, bool? adult = null)
    {
        var row = new Dictionary<string, object?> { ["island"] = island, ["mass"] = mass };
        if (adult is not null)
        {
            row.Add("adult", adult);
        }

        return row;
    }

    private static DataTable Changed(string column, object value, bool all = false)
    {
        DataTable table = Penguins();
        for (int row = all ? 0 : 3; row < (all ? table.Rows.Count : 4); row++)
        {
            table.Rows[row][column] = value;
        }

        return table;
    }

    private static DataTable Penguins()
    {
        var table = new DataTable
        {
            Columns =
            {
                { "island", typeof(string) }, { "mass", typeof(double) }, { "adult", typeof(bool) }, { "species", typeof(string) },
            },
        };
        for (int i = 0; i < 12; i++)
        {
            bool isLarge = i % 2 == 0;
            table.Rows.Add(
                i == 7 ? DBNull.Value : isLarge ? "Biscoe" : "Dream", i == 2 ? DBNull.Value : isLarge ? 4.5 + (0.1 * i) : 3.2 + (0.05 * i),
                i % 3 > 0, isLarge ? "Gentoo" : "Adelie");
        }

        return table;
    }
}
