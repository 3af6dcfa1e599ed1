using System.Data;

namespace VecNet;

/// <content>Training on rows of other types, on asynchronous sequences, and on tables with named columns.</content>
public static partial class Classifier
{
    /// <summary>Trains a classifier on objects, from which two functions select features and labels.</summary>
    /// <remarks>
    /// <code>
    /// var model = Classifier.Fit(flowers, flower => [flower.Length, flower.Width], flower => flower.Species);
    /// </code>
    /// </remarks>
    /// <param name="rows">The rows, which are enumerated once.</param>
    /// <param name="features">Selects the features of a row.</param>
    /// <param name="labels">Selects the label of a row: a string, bool, char, number or enum.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the training; the result is then the best network so far.</param>
    /// <inheritdoc
    /// cref="Fit{TLabel}(ReadOnlyTensorView{float}, IReadOnlyList{TLabel}, FitOptions, IProgress{FitProgress}, CancellationToken)"
    /// path="/exception"/>
    public static Classifier<TLabel> Fit<TRow, TLabel>(
        IEnumerable<TRow> rows,
        Func<TRow, float[]> features,
        Func<TRow, TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        (TensorBuffer<float> all, List<TLabel> selected) = RowList.Select(rows, features, labels);
        return Fit(all.View, selected, options, progress, cancellationToken);
    }

    /// <summary>Trains a classifier on the rows of an asynchronous sequence, such as the results of a database query.</summary>
    /// <remarks>
    /// All rows are read first; the training then runs on a thread of the pool.
    /// <code>
    /// var model = await Classifier.FitAsync(query.AsAsyncEnumerable(), flower => [flower.Length, flower.Width], flower => flower.Species);
    /// </code>
    /// </remarks>
    /// <param name="rows">The rows.</param>
    /// <param name="features">Selects the features of a row.</param>
    /// <param name="labels">Selects the label of a row: a string, bool, char, number or enum.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, on the thread of the training.</param>
    /// <param name="cancellationToken">Ends the reading, or the training; the result is then the best network so far.</param>
    /// <inheritdoc
    /// cref="Fit{TLabel}(ReadOnlyTensorView{float}, IReadOnlyList{TLabel}, FitOptions, IProgress{FitProgress}, CancellationToken)"
    /// path="/exception"/>
    public static async Task<Classifier<TLabel>> FitAsync<TRow, TLabel>(
        IAsyncEnumerable<TRow> rows,
        Func<TRow, float[]> features,
        Func<TRow, TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        (TensorBuffer<float> all, List<TLabel> selected) =
            await RowList.SelectAsync(rows, features, labels, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => Fit(all.View, selected, options, progress, cancellationToken), CancellationToken.None)
            .ConfigureAwait(false);
    }

    /// <summary>Trains a classifier on a table whose columns have names: the result of a database query, or a DataTable.</summary>
    /// <remarks>
    /// All columns except the target are features. Strings are categories, and <see cref="TableOptions"/> specifies how missing values are
    /// treated. The columns are saved with the model, which predicts from a reader or a dictionary with the same column names.
    /// <code>
    /// using DbDataReader reader = command.ExecuteReader();   // or DataTable.CreateDataReader()
    /// var model = Classifier.Fit&lt;string&gt;(reader, "species");
    /// </code>
    /// </remarks>
    /// <param name="rows">The rows, which are read to the end.</param>
    /// <param name="target">The column of the labels.</param>
    /// <param name="table">How columns are used; null for the defaults.</param>
    /// <param name="options">The options of the training; null for the defaults.</param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the reading, or the training; the result is then the best network so far.</param>
    /// <exception cref="ArgumentException">
    /// There are no rows or features, a column does not exist, a value cannot be used (the message names row and column), there are fewer
    /// than two classes, or an option is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public static Classifier<TLabel> Fit<TLabel>(
        IDataReader rows,
        string target,
        TableOptions? table = null,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull
    {
        LabelText<TLabel>.CheckType();
        TrainingTable read = TrainingTable.Read(rows, target, table, options?.SampleWeights, cancellationToken);
        var labels = new TLabel[read.Targets.Count];
        for (int row = 0; row < labels.Length; row++)
        {
            string text = TableCell.Text(read.Targets[row]);
            labels[row] = read.Targets[row] is TLabel label || LabelText<TLabel>.TryParse(text, out label!)
                ? label
                : throw new ArgumentException(
                    $"Row {row}, column '{target}': '{text}' is not a label of type {typeof(TLabel)}.", nameof(rows));
        }

        TrainingTargets targets = TargetsOf<double, TLabel>(read.Values.View, labels, nameof(target), out TLabel[] classes);
        (Model<float> model, FitReport report) = TableTraining.Fit<double>(
            read.Values.View, targets, options, progress, cancellationToken, read.Features, target);
        return new(model, classes, report);
    }
}
