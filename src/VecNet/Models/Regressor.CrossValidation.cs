using System.Numerics;

namespace VecNet;

/// <content>Cross-validation.</content>
public sealed partial class Regressor
{
    /// <summary>
    /// Estimates R² of <c>Fit</c> on new rows: each of several folds is predicted by a regressor that is trained on the others.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Folds are random. Preprocessing, such as the standardization of features, is fitted on the training rows of each fold only. With
    /// <see cref="FitOptions.SampleWeights"/> the scores are weighted.
    /// </para>
    /// <code>
    /// CrossValidationResult result = Regressor.CrossValidate(features, prices, folds: 5);
    /// Console.WriteLine($"R² {result.Mean:F3} ± {result.StandardDeviation:F3}");
    /// </code>
    /// </remarks>
    /// <param name="features">Rows × features.</param>
    /// <param name="values">The value of each row.</param>
    /// <param name="folds">The number of folds.</param>
    /// <param name="options">The options of each training; null for the defaults. The seed is also that of the folds.</param>
    /// <param name="progress">Called after each fold with its R², on this thread.</param>
    /// <param name="cancellationToken">Cancels the cross-validation.</param>
    /// <exception cref="ArgumentException">
    /// As for <c>Fit</c>; or the number of folds is less than 2, greater than that of the rows, or so large that the values of a fold are
    /// all equal.
    /// </exception>
    /// <exception cref="OperationCanceledException">The cross-validation was canceled.</exception>
    /// <exception cref="InvalidOperationException">A training diverged.</exception>
    public static CrossValidationResult CrossValidate<TNumber>(
        ReadOnlyTensorView<float> features,
        IReadOnlyList<TNumber> values,
        int folds = 5,
        FitOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber> =>
        TableCrossValidation.Run(features, TargetsOf(features, values, nameof(values)), folds, options, progress, cancellationToken);

    /// <inheritdoc cref="CrossValidate{TNumber}(ReadOnlyTensorView{float}, IReadOnlyList{TNumber}, int, FitOptions, IProgress{double},
    /// CancellationToken)"/>
    public static CrossValidationResult CrossValidate<TNumber>(
        IReadOnlyList<float[]> features,
        IReadOnlyList<TNumber> values,
        int folds = 5,
        FitOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber> =>
        CrossValidate(TableTraining.Join(features).View, values, folds, options, progress, cancellationToken);
}
