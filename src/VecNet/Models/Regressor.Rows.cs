using System.Data;
using System.Numerics;

namespace VecNet;

/// <content>Rows of other types, asynchronous sequences, and tables with named columns.</content>
public sealed partial class Regressor
{
    /// <summary>Trains a regressor on objects, from which two functions select features and values.</summary>
    /// <remarks>
    /// <code>
    /// Regressor model = Regressor.Fit(houses, house => [house.Area, house.Rooms], house => house.Price);
    /// </code>
    /// </remarks>
    /// <param name="rows">The rows, which are enumerated once.</param>
    /// <param name="features">Selects the features of a row.</param>
    /// <param name="values">Selects the value of a row.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the training; the result is then the best network so far.</param>
    /// <inheritdoc
    /// cref="Fit{TNumber}(ReadOnlyTensorView{float}, IReadOnlyList{TNumber}, FitOptions, IProgress{FitProgress}, CancellationToken)"
    /// path="/exception"/>
    public static Regressor Fit<TRow, TNumber>(
        IEnumerable<TRow> rows,
        Func<TRow, float[]> features,
        Func<TRow, TNumber> values,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber>
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(values);
        (TensorBuffer<float> all, List<TNumber> selected) = RowList.Select(rows, features, values);
        return Fit(all.View, selected, options, progress, cancellationToken);
    }

    /// <summary>Trains a regressor on the rows of an asynchronous sequence, such as the results of a database query.</summary>
    /// <remarks>All rows are read first; the training then runs on a thread of the pool.</remarks>
    /// <param name="rows">The rows.</param>
    /// <param name="features">Selects the features of a row.</param>
    /// <param name="values">Selects the value of a row.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, on the thread of the training.</param>
    /// <param name="cancellationToken">Ends the reading, or the training; the result is then the best network so far.</param>
    /// <inheritdoc
    /// cref="Fit{TNumber}(ReadOnlyTensorView{float}, IReadOnlyList{TNumber}, FitOptions, IProgress{FitProgress}, CancellationToken)"
    /// path="/exception"/>
    public static async Task<Regressor> FitAsync<TRow, TNumber>(
        IAsyncEnumerable<TRow> rows,
        Func<TRow, float[]> features,
        Func<TRow, TNumber> values,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber>
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(values);
        (TensorBuffer<float> all, List<TNumber> selected) =
            await RowList.SelectAsync(rows, features, values, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Fit(all.View, selected, options, progress, cancellationToken), CancellationToken.None)
            .ConfigureAwait(false);
    }

    /// <summary>Trains a regressor on a table whose columns have names: the result of a database query, or a DataTable.</summary>
    /// <remarks>
    /// All columns except the target are features. Strings are categories, and <see cref="TableOptions"/> specifies how missing values are
    /// treated. The columns are saved with the model, which predicts from a reader or a dictionary with the same column names.
    /// <code>
    /// Regressor model = Regressor.Fit(table.CreateDataReader(), "price", new TableOptions { FillMissing = true });
    /// </code>
    /// </remarks>
    /// <param name="rows">The rows, which are read to the end.</param>
    /// <param name="target">The column of the values.</param>
    /// <param name="table">How columns are used; null for the defaults.</param>
    /// <param name="options">The options of the training; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the reading, or the training; the result is then the best network so far.</param>
    /// <exception cref="ArgumentException">
    /// There are no rows or features, a column does not exist, a value cannot be used (the message names row and column), all values are
    /// equal, or an option is out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public static Regressor Fit(
        IDataReader rows,
        string target,
        TableOptions? table = null,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        TrainingTable read = TrainingTable.Read(rows, target, table, options?.SampleWeights, cancellationToken);
        double[] values = new double[read.Targets.Count];
        for (int row = 0; row < values.Length; row++)
        {
            try
            {
                values[row] = TableCell.Number(read.Targets[row]);
            }
            catch (FormatException error)
            {
                throw TableRows.Error(row, target, error);
            }
        }

        TrainingTargets targets = TargetsOf<double, double>(read.Values.View, values, nameof(target));
        (Model<float> model, FitReport report) = TableTraining.Fit<double>(
            read.Values.View, targets, options, progress, cancellationToken, read.Features, target);
        return new(model, report);
    }

    /// <summary>Predicts the value of each row of a table that has the columns of the training.</summary>
    /// <param name="rows">The rows, which are read to the end; other columns are ignored.</param>
    /// <exception cref="ArgumentException">A column is missing, or a value cannot be used; the message names row and column.</exception>
    /// <exception cref="InvalidOperationException">The model was not trained on named columns.</exception>
    public double[] Predict(IDataReader rows) => PredictRows(TableRows.Encode(TableRows.FeaturesOf(Model), rows).View, nameof(rows));

    /// <summary>Predicts the value of a row that has the columns of the training.</summary>
    /// <remarks>
    /// <code>
    /// double price = model.Predict(new Dictionary&lt;string, object?&gt; { ["city"] = "Lisbon", ["area"] = 82 });
    /// </code>
    /// </remarks>
    /// <param name="row">The value of each column; other entries are ignored.</param>
    /// <exception cref="ArgumentException">A column is missing, or a value cannot be used; the message names the column.</exception>
    /// <exception cref="InvalidOperationException">The model was not trained on named columns.</exception>
    public double Predict(IReadOnlyDictionary<string, object?> row)
    {
        double[] features = TableRows.Encode(TableRows.FeaturesOf(Model), row);
        return PredictRows(features.AsView(1, features.Length), nameof(row))[0];
    }

    private double[] PredictRows(ReadOnlyTensorView<double> features, string parameter)
    {
        double[] values = new double[features.Rows];
        Model.PredictNumbers(features, values.AsView(values.Length, 1));
        int wrong = Array.FindIndex(values, value => !double.IsFinite(value));
        return wrong < 0
            ? values
            : throw new ArgumentException($"The features of row {wrong} are too large for this model.", parameter);
    }
}
