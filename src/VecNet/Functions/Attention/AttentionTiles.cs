using System.Numerics;

namespace VecNet;

/// <summary>The sizes of the tiles in which attention computes its scores, and the scratch memory of a thread.</summary>
/// <remarks>
/// The sizes are constants: the order of every sum depends on them. A tile of 64 × 256 floats takes 64 KB: with the 256 rows of keys and
/// values that it reads, it stays in level 2 of the cache, also twice in the backward pass. Keys, and in the backward pass values, are
/// transposed once for all tiles of queries. Rows of tiles are padded, so that they do not all start in the same sets of the cache.
/// </remarks>
internal static class AttentionTiles
{
    /// <summary>The number of queries of a tile.</summary>
    internal const int Queries = 64;

    /// <summary>The number of queries of a tile in causal attention, where fewer compute fewer scores that no query reads.</summary>
    internal const int CausalQueries = Queries / 2;

    /// <summary>
    /// The number of keys of a tile; a multiple of <see cref="Queries"/>, so that in causal attention no row of a tile is empty.
    /// </summary>
    internal const int Keys = 4 * Queries;

    /// <summary>The number of distances between the positions of a tile.</summary>
    internal const int Distances = Queries + Keys;

    /// <summary>The distance between two rows of a tile in memory: 17 cache lines of floats.</summary>
    internal const int Stride = Keys + 16;

    /// <summary>
    /// The elements that a thread needs: scaled queries, partial results, transposed keys and values, two tiles, two numbers a row,
    /// distances and factors.
    /// </summary>
    internal static int Length(int keyFeatures, int valueFeatures) => checked(
        ((Queries + Stride) * (keyFeatures + valueFeatures)) + (2 * Queries * Stride) + (2 * Queries) + Distances + Keys);
}

/// <summary>The scratch memory of a thread, divided.</summary>
internal ref struct AttentionMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal AttentionMemory(Span<T> memory, int keyFeatures, int valueFeatures)
    {
        ScaledQueries = Take(ref memory, AttentionTiles.Queries, keyFeatures);
        Keys = Take(ref memory, keyFeatures, AttentionTiles.Stride);
        Values = Take(ref memory, valueFeatures, AttentionTiles.Stride);
        Scores = Take(ref memory, AttentionTiles.Queries, AttentionTiles.Stride);
        GradScores = Take(ref memory, AttentionTiles.Queries, AttentionTiles.Stride);
        Partial = Take(ref memory, AttentionTiles.Queries, valueFeatures);
        OfRows = Take(ref memory, 1, AttentionTiles.Queries).Row(0);
        OfRowsToo = Take(ref memory, 1, AttentionTiles.Queries).Row(0);
        Biases = Take(ref memory, 1, AttentionTiles.Distances).Row(0);
        Factors = Take(ref memory, 1, AttentionTiles.Keys).Row(0);
    }

    /// <summary>scale·q.</summary>
    internal readonly TensorView<T> ScaledQueries;

    /// <summary>The keys of a tile, a row for each feature.</summary>
    internal readonly TensorView<T> Keys;

    /// <summary>The values of a tile, a row for each feature.</summary>
    internal readonly TensorView<T> Values;

    /// <summary>The scores of a tile, then its weights.</summary>
    internal readonly TensorView<T> Scores;

    /// <summary>The gradient of the weights of a tile, then of its scores.</summary>
    internal readonly TensorView<T> GradScores;

    /// <summary>The result of a tile alone.</summary>
    internal readonly TensorView<T> Partial;

    /// <summary>A number for each query of a tile: λ, in the forward pass of the tile alone.</summary>
    internal readonly Span<T> OfRows;

    /// <summary>Another one: the sum of the exponentials, then λ of the tiles before; or g·y.</summary>
    internal readonly Span<T> OfRowsToo;

    /// <summary>The biases −s·|i − j| of a tile, by i − j.</summary>
    internal readonly Span<T> Biases;

    /// <summary>The factors of a row of weights, with dropout; then λ of the queries.</summary>
    internal readonly Span<T> Factors;

    private static TensorView<T> Take(scoped ref Span<T> memory, int rows, int columns)
    {
        var view = new TensorView<T>(memory, rows, columns);
        memory = memory[(rows * columns)..];
        return view;
    }
}
