namespace VecNet;

/// <content>Cross-validation.</content>
public static partial class Classifier
{
    /// <summary>
    /// Estimates the accuracy of <c>Fit</c> on new rows: each of several folds is predicted by a classifier that is trained on the others.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The folds are stratified: see <see cref="RowSplit.StratifiedFolds"/>. Preprocessing, such as the standardization of features, is
    /// fitted on the training rows of each fold only. With <see cref="FitOptions.SampleWeights"/> the accuracies are weighted.
    /// </para>
    /// <code>
    /// CrossValidationResult result = Classifier.CrossValidate(features, labels, folds: 5);
    /// Console.WriteLine($"accuracy {result.Mean:F3} ± {result.StandardDeviation:F3}");
    /// </code>
    /// </remarks>
    /// <param name="features">Rows × features.</param>
    /// <param name="labels">The label of each row: a string, bool, char, number or enum.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="options">The options of each training; null for the defaults. The seed is also that of the folds.</param>
    /// <param name="progress">Called after each fold with its accuracy, on this thread.</param>
    /// <param name="cancellationToken">Cancels the cross-validation.</param>
    /// <exception cref="ArgumentException">
    /// As for <c>Fit</c>; or the number of folds is less than 2 or greater than that of the rows.
    /// </exception>
    /// <exception cref="NotSupportedException">Labels of this type are not supported.</exception>
    /// <exception cref="OperationCanceledException">The cross-validation was canceled.</exception>
    /// <exception cref="InvalidOperationException">A training diverged.</exception>
    public static CrossValidationResult CrossValidate<TLabel>(
        ReadOnlyTensorView<float> features,
        IReadOnlyList<TLabel> labels,
        int folds = 5,
        FitOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull =>
        TableCrossValidation.Run(features, TargetsOf(features, labels, nameof(labels), out _), folds, options, progress, cancellationToken);

    /// <inheritdoc cref="CrossValidate{TLabel}(ReadOnlyTensorView{float}, IReadOnlyList{TLabel}, int, FitOptions, IProgress{double},
    /// CancellationToken)"/>
    public static CrossValidationResult CrossValidate<TLabel>(
        IReadOnlyList<float[]> features,
        IReadOnlyList<TLabel> labels,
        int folds = 5,
        FitOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
        where TLabel : notnull =>
        CrossValidate(TableTraining.Join(features).View, labels, folds, options, progress, cancellationToken);
}
