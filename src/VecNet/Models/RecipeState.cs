namespace VecNet;

/// <summary>The state of an interrupted training by a recipe.</summary>
internal sealed class RecipeState(
    bool isSelecting,
    IReadOnlyList<TrainingProgress> selectionHistory,
    IReadOnlyList<TrainingProgress> history,
    TrainingCheckpoint<float>? trainer)
{
    /// <summary>Whether the first of two trainings was interrupted, which selects the number of epochs.</summary>
    internal readonly bool IsSelecting = isSelecting;

    /// <summary>The epochs of the first training.</summary>
    internal readonly IReadOnlyList<TrainingProgress> SelectionHistory = selectionHistory;

    /// <summary>The epochs of the only or second training.</summary>
    internal readonly IReadOnlyList<TrainingProgress> History = history;

    /// <summary>
    /// The state of the network, the optimizer and the random numbers; null during a search and while several networks are trained.
    /// </summary>
    internal readonly TrainingCheckpoint<float>? Trainer = trainer;

    /// <summary>The finished trainings of the search.</summary>
    internal IReadOnlyList<SavedFold> Search = [];

    /// <summary>The parameters of the finished networks, by their number, if several are averaged.</summary>
    internal IReadOnlyDictionary<int, float[]> Networks = new Dictionary<int, float[]>();
}
