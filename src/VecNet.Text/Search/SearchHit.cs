namespace VecNet.Text;

/// <summary>A vector that <see cref="CosineSearch"/> has found.</summary>
/// <param name="Index">The row of the vector.</param>
/// <param name="Score">The cosine of the vector and the query.</param>
/// <remarks>
/// <code>
/// foreach (SearchHit hit in CosineSearch.FindNearest(query, vectors.View, count: 3))
/// {
///     Console.WriteLine($"{hit.Score:f3} {texts[hit.Index]}");
/// }
/// </code>
/// </remarks>
public readonly record struct SearchHit(int Index, float Score);
