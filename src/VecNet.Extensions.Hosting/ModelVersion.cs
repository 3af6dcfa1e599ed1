namespace VecNet.Extensions.Hosting;

/// <summary>The content of a model's file that a prediction was made with.</summary>
/// <param name="Number">1 for the content that the program began with, and one more for each that replaced it.</param>
/// <param name="Hash">
/// The XXH128 of the file's bytes, as 32 hexadecimal digits: that of <c>xxhsum -H128</c>. It is the same in every process.
/// </param>
/// <param name="LoadedAt">When the file was loaded.</param>
/// <remarks>
/// <code>
/// ModelVersion version = predictor.Predict(features).Version;
/// logger.LogInformation("Predicted by version {Number}, {Hash}", version.Number, version.Hash);
/// </code>
/// </remarks>
public sealed record ModelVersion(int Number, string Hash, DateTimeOffset LoadedAt);
