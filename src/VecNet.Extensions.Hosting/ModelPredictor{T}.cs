using System.Numerics;

namespace VecNet.Extensions.Hosting;

/// <summary>
/// The model of a file as a service, which any number of requests share. When the file changes, it is read and checked whole before it
/// takes the place of the model in use; a prediction is made by the one or by the other, and says by which.
/// </summary>
/// <remarks>
/// <para>
/// Replace the file by renaming another one: then it is complete at any time. <see cref="Model{T}.Save(string)"/> does this, except where
/// a file cannot be replaced, such as a mount point. A file that is written in place may be read half-written, and its format has no
/// checksum: new content is therefore used only when a second check, a second later, finds the same. A writer that pauses for longer can
/// still be mistaken for one that has finished. The file is checked in intervals, which works with links, containers and network drives,
/// too.
/// </para>
/// <para>
/// A service has a predictor for each name of <c>AddVecNetModel</c>, which <c>[FromKeyedServices("name")]</c> injects, and one without a
/// name if there is only one of its type. Predictions allocate what those of <see cref="Model{T}"/> do, and the measurements nothing.
/// </para>
/// <code>
/// builder.Services.AddVecNetModel&lt;float&gt;("iris", "iris.safetensors");
/// app.MapPost("/predict", IResult (double[] features, ModelPredictor&lt;float&gt; model) =>
/// {
///     try
///     {
///         return Results.Ok(model.Predict(features));
///     }
///     catch (ArgumentException error)
///     {
///         return Results.Problem(error.Message, statusCode: 400);
///     }
/// });
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class ModelPredictor<T> : ModelPredictor
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The model in use, without limits on input and without measurements. It stays usable when the predictor has another one.
    /// </summary>
    public Model<T> Model => loaded.Model;

    /// <inheritdoc/>
    public override ModelVersion Version => loaded.Version;

    /// <summary>Predicts the class of one row.</summary>
    /// <param name="features">The features, not standardized.</param>
    /// <exception cref="ArgumentException">
    /// The number of features is not that of the model's inputs, or they or the outputs are not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    /// <exception cref="ObjectDisposedException">The predictor has been disposed of.</exception>
    public HostedPrediction Predict(ReadOnlySpan<double> features) => PredictOne(features, static (model, x, _) => model.Predict(x));

    /// <inheritdoc cref="Predict(ReadOnlySpan{double})"/>
    public HostedPrediction Predict(ReadOnlySpan<T> features) => PredictOne(features, static (model, x, _) => model.Predict(x));

    /// <summary>Predicts the class of one text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InputTooLargeException">The text is longer than the service allows.</exception>
    /// <exception cref="ArgumentException">The text has no token.</exception>
    /// <exception cref="InvalidOperationException">The model does not take texts, or predicts numbers.</exception>
    /// <exception cref="ObjectDisposedException">The predictor has been disposed of.</exception>
    public HostedPrediction PredictText(ReadOnlySpan<char> text) => PredictOne(text, PredictAllowed);

    private static Prediction<string> PredictAllowed(Model<T> model, ReadOnlySpan<char> text, HostedModelOptions<T> options)
    {
        if (text.Length > options.MaxTextLength)
        {
            throw new InputTooLargeException(
                $"The text has {text.Length} characters; at most {options.MaxTextLength} are taken.", nameof(text));
        }

        return model.PredictText(text);
    }

    private HostedPrediction PredictOne<TInput>(TInput input, OnePrediction<TInput> predict)
        where TInput : allows ref struct
    {
        (Model<T> model, ModelVersion version) = Use();
        long? begin = metrics.Begin();
        Prediction<string> prediction;
        try
        {
            prediction = predict(model, input, options);
        }
        catch (Exception error) when (metrics.Fail(begin, error))
        {
            throw;
        }

        metrics.Succeed(begin, 1);
        return new(prediction, version);
    }

    private LoadedModel<T> Use()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return loaded;
    }

    /// <summary>The method of the model; one delegate for all calls, so that they allocate nothing more.</summary>
    private delegate Prediction<string> OnePrediction<TInput>(Model<T> model, TInput input, HostedModelOptions<T> options)
        where TInput : allows ref struct;
}

/// <summary>A model together with its version, so that one reference replaces both.</summary>
internal sealed record LoadedModel<T>(Model<T> Model, ModelVersion Version)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
