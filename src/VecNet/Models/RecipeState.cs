namespace VecNet;

/// <summary>The state of an interrupted training by a recipe.</summary>
/// <param name="IsSelecting">Whether the first of two trainings was interrupted, which selects the number of epochs.</param>
/// <param name="SelectionHistory">The epochs of the first training.</param>
/// <param name="History">The epochs of the only or second training.</param>
/// <param name="Trainer">
/// The state of the network, the optimizer and the random numbers; null during a search and while several networks are trained.
/// </param>
internal sealed record RecipeState(
    bool IsSelecting,
    IReadOnlyList<TrainingProgress> SelectionHistory,
    IReadOnlyList<TrainingProgress> History,
    TrainingCheckpoint<float>? Trainer)
{
    /// <summary>The finished trainings of the search.</summary>
    internal IReadOnlyList<SavedFold> Search { get; init; } = [];

    /// <summary>The parameters of the finished networks, by their number, if several are averaged.</summary>
    internal IReadOnlyDictionary<int, float[]> Networks { get; init; } = new Dictionary<int, float[]>();
}
