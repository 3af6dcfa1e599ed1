namespace VecNet.Extensions.Hosting;

/// <summary>A prediction, and the version of the model that has made it.</summary>
/// <param name="Prediction">The prediction.</param>
/// <param name="Version">The version.</param>
/// <remarks>
/// <code>
/// HostedPrediction answer = predictor.Predict([6.3, 3.3, 6.0, 2.5]);
/// Console.WriteLine($"{answer.Prediction.Label}, by version {answer.Version.Number}");
/// </code>
/// It can be written and read as JSON: <c>{"prediction": {"label": …}, "version": {"number": …}}</c>.
/// </remarks>
public sealed record HostedPrediction(Prediction<string> Prediction, ModelVersion Version);
