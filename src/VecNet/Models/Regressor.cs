using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <summary>A regression model, which predicts a number from numeric features. It is thread-safe.</summary>
/// <remarks>
/// <code>
/// Regressor model = Regressor.Fit(features, prices);       // float[][] or float[,]; float[], double[] or other numbers
/// double price = model.Predict(sample);
/// model.Save("model.safetensors");
/// </code>
/// </remarks>
public sealed partial class Regressor
{
    private Regressor(Model<float> model, FitReport? report)
    {
        Model = model;
        Report = report;
    }

    /// <summary>The underlying network with its preprocessing.</summary>
    public Model<float> Model { get; }

    /// <summary>How the regressor was trained; null if it was loaded.</summary>
    public FitReport? Report { get; }

    /// <summary>Trains a regressor: standardizes features and values, and chooses and trains a model.</summary>
    /// <remarks>
    /// The models and their training are those of <see cref="Classifier"/>; the loss is the mean squared error.
    /// <code>
    /// Regressor model = Regressor.Fit([[1f], [2f], [3f]], [2.0, 4.0, 6.0]);
    /// </code>
    /// </remarks>
    /// <param name="features">Rows × features.</param>
    /// <param name="values">The value of each row.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">
    /// Called on this thread after each training of the comparison and after each epoch of the final training.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the training; the result is then the average of the networks that were trained for the best model so far, or the network of
    /// the last step without a comparison, and its report says so.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no row or no feature, the numbers of rows and values differ, all values are equal, a feature or value is not finite, or an
    /// option is out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public static Regressor Fit<TNumber>(
        ReadOnlyTensorView<float> features,
        IReadOnlyList<TNumber> values,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber>
    {
        (Model<float> model, FitReport report) =
            TableTraining.Fit(features, TargetsOf(features, values, nameof(values)), options, progress, cancellationToken);
        return new(model, report);
    }

    /// <inheritdoc
    /// cref="Fit{TNumber}(ReadOnlyTensorView{float}, IReadOnlyList{TNumber}, FitOptions, IProgress{FitProgress}, CancellationToken)"/>
    public static Regressor Fit<TNumber>(
        IEnumerable<float[]> features,
        IEnumerable<TNumber> values,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber>
    {
        ArgumentNullException.ThrowIfNull(values);
        return Fit(
            TableTraining.Join(features).View, values as IReadOnlyList<TNumber> ?? [.. values], options, progress, cancellationToken);
    }

    /// <summary>Trains a copy of this regressor on additional rows; this regressor is not changed.</summary>
    /// <remarks>
    /// The preprocessing and the units of the values remain those of this regressor.
    /// <code>
    /// Regressor updated = model.ContinueFit(newFeatures, newPrices, new FitOptions { Epochs = 20 });
    /// </code>
    /// </remarks>
    /// <param name="features">Rows × features.</param>
    /// <param name="values">The value of each row.</param>
    /// <param name="options">
    /// The number of epochs (10 by default), the weights of rows, the seed and the threads; the layers cannot be changed, and there is no
    /// search.
    /// </param>
    /// <param name="progress">Called after each epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends the training; the result is then the network of the last step.</param>
    /// <exception cref="ArgumentException">
    /// There is no row, the numbers of rows and values differ, the number of features is not that of the model, a feature or value is not
    /// finite, or an option is out of range or cannot be changed.
    /// </exception>
    /// <exception cref="NotSupportedException">The network has custom layers.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">The training diverged.</exception>
    public Regressor ContinueFit<TNumber>(
        ReadOnlyTensorView<float> features,
        IReadOnlyList<TNumber> values,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber>
    {
        double[] numbers = NumbersOf(features, values, nameof(values));
        (Model<float> model, FitReport report) = ContinuedTraining.Run(
            Model,
            features,
            new(numbers) { GivenUnits = Model.TargetStandardization ?? new([0], [1]) },
            options,
            progress,
            cancellationToken);
        return new(model, report);
    }

    /// <inheritdoc cref="ContinueFit{TNumber}(ReadOnlyTensorView{float}, IReadOnlyList{TNumber}, FitOptions, IProgress{FitProgress},
    /// CancellationToken)"/>
    public Regressor ContinueFit<TNumber>(
        IReadOnlyList<float[]> features,
        IReadOnlyList<TNumber> values,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where TNumber : INumberBase<TNumber> =>
        ContinueFit(TableTraining.Join(features).View, values, options, progress, cancellationToken);

    /// <summary>Reads a regressor that <see cref="Save(string)"/> wrote, or another model of one number.</summary>
    /// <exception cref="InvalidDataException">The file is not such a model; the message names the file and the error.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Regressor Load(string path) => InputFile.Read(path, Load);

    /// <summary>Reads a regressor from a stream to its end. The stream need not be seekable.</summary>
    /// <exception cref="InvalidDataException">It is not such a model; the message describes the error.</exception>
    public static Regressor Load(Stream stream) => Create(VecNet.Model.Load<float>(stream));

    /// <summary>Reads a regressor from memory that has the bytes of its file.</summary>
    /// <exception cref="InvalidDataException">It is not such a model; the message describes the error.</exception>
    public static Regressor Load(ReadOnlyMemory<byte> file) => Create(VecNet.Model.Load<float>(SafetensorsFile.Read(file)));

    /// <summary>Predicts the value of one row, without allocating.</summary>
    /// <exception cref="ArgumentException">The number of features is not that of the model, or a feature is not finite.</exception>
    public double Predict(ReadOnlySpan<float> sample)
    {
        Span<double> value = stackalloc double[1];
        Predict(sample, value);
        return value[0];
    }

    /// <summary>Predicts the value of each row.</summary>
    /// <param name="features">Rows × features.</param>
    /// <exception cref="ArgumentException">The number of features is not that of the model, or a feature is not finite.</exception>
    public double[] Predict(ReadOnlyTensorView<float> features)
    {
        double[] values = new double[features.Rows];
        Predict(features, values);
        return values;
    }

    /// <inheritdoc cref="Predict(ReadOnlyTensorView{float})"/>
    public double[] Predict(IEnumerable<float[]> features) =>
        TableTraining.Join(features) is { Rows: > 0 } joined ? Predict(joined.View) : [];

    /// <summary>Predicts the value of each row, without allocating.</summary>
    /// <param name="features">Rows × features.</param>
    /// <param name="values">The value of each row.</param>
    /// <exception cref="ArgumentException">
    /// The number of features or of values does not fit, a feature is not finite, or a prediction is too large.
    /// </exception>
    public void Predict(ReadOnlyTensorView<float> features, Span<double> values)
    {
        if (values.Length != features.Rows)
        {
            throw new ArgumentException($"The span has {values.Length} elements; there are {features.Rows} rows.", nameof(values));
        }

        Model.PredictNumbers(features, values.AsView(values.Length, 1));
        for (int row = 0; row < values.Length; row++)
        {
            if (!double.IsFinite(values[row]) || !TensorPrimitives.IsFiniteAll(features.Row(row)))
            {
                throw new ArgumentException(
                    $"The features of row {row} are not finite, or too large for this model.", nameof(features));
            }
        }
    }

    /// <summary>Writes the regressor atomically; <see cref="Load(string)"/> reads it.</summary>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Save(string path) => Model.Save(path);

    /// <summary>Writes the regressor to a stream.</summary>
    public void Save(Stream stream) => Model.Save(stream);

    /// <summary>Checks features and values, and converts the values to targets.</summary>
    private static TrainingTargets TargetsOf<T, TNumber>(ReadOnlyTensorView<T> features, IReadOnlyList<TNumber> values, string parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TNumber : INumberBase<TNumber>
    {
        double[] numbers = NumbersOf(features, values, parameter);
        return numbers.AsSpan().IndexOfAnyExcept(numbers[0]) >= 0
            ? new(numbers)
            : throw new ArgumentException(
                $"All {numbers.Length} rows have the value {numbers[0]}; at least two different values are needed.", parameter);
    }

    /// <summary>The values as numbers, one for each row.</summary>
    private static double[] NumbersOf<T, TNumber>(ReadOnlyTensorView<T> features, IReadOnlyList<TNumber> values, string parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TNumber : INumberBase<TNumber>
    {
        ArgumentNullException.ThrowIfNull(values);
        TableTraining.CheckRows(features, values.Count, nameof(values));
        double[] numbers = [.. values.Select(value => double.CreateSaturating(value))];
        int wrong = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return wrong < 0
            ? numbers
            : throw new ArgumentException($"The value of row {wrong} is {numbers[wrong]}; values must be finite.", parameter);
    }

    private static Regressor Create(Model<float> model) => !model.PredictsClasses && model.Network.OutputSize == 1
        ? new(model, report: null)
        : throw new InvalidDataException(
            model.PredictsClasses ? "the model predicts classes, not a number." : "the model predicts several numbers.");
}
