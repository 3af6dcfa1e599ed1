namespace VecNet.Cli;

/// <summary>Rows as a network takes them: dense ones, the sparse ones of texts, or texts as sequences of tokens.</summary>
/// <param name="Dense">Rows × inputs; null if they are not dense.</param>
/// <param name="Sparse">Rows × inputs; null if they are not sparse.</param>
/// <param name="Sequences">The tokens of each text; null if there are rows.</param>
internal sealed record InputRows(TensorBuffer<float>? Dense, SparseRows<float>? Sparse = null, TextSequences? Sequences = null)
{
    /// <summary>The number of rows, or of texts.</summary>
    internal int Count => Dense?.Rows ?? Sparse?.Rows ?? (Sequences!.Offsets.Length - 1);

    /// <summary>The rows of a data set.</summary>
    internal static InputRows Of(Dataset<float> data) => data.SparseFeatures is { } sparse ? new(null, sparse)
        : data.Sequences.HasValue ? new(null, null, new(TokensOf(data), data.Sequences.AsSpan().ToArray()))
        : new(data.Features);

    private static int[] TokensOf(Dataset<float> data) =>
        data.HasIds ? data.Ids.ToArray() : [.. data.Features.Span.ToArray().Select(token => (int)token)];

    /// <summary>A data set of the rows and their classes.</summary>
    internal Dataset<float> With(int[] classes, IReadOnlyList<double>? weights) => Sparse is not null
        ? new(Sparse, classes) { Weights = weights }
        : Sequences is not null ? new(Sequences.Tokens, new(Sequences.Offsets), classes) { Weights = weights }
        : new(Dense!, classes) { Weights = weights };

    /// <summary>A data set of the rows and their targets.</summary>
    internal Dataset<float> With(TrainingTargets targets, IReadOnlyList<int> trainingRows) =>
        Sparse is not null ? targets.JoinTo(Sparse, trainingRows)
        : Sequences is not null ? targets.JoinTo(Sequences, trainingRows)
        : targets.JoinTo(Dense!, trainingRows);

    /// <summary>Predicts the rows.</summary>
    internal void Predict(Model<float> model, PredictionTarget<float> target)
    {
        if (Sparse is not null)
        {
            model.Predict(Sparse.View, target);
        }
        else if (Sequences is not null)
        {
            model.Predict(Sequences, target);
        }
        else
        {
            model.Predict<float>(Dense!.View, arePrepared: true, target);
        }
    }

    /// <summary>Whether no number of a row is infinite or NaN; the features of texts never are.</summary>
    internal bool AreFinite(int row) => Dense is null || SavedModel.AreFinite(Dense.View.Row(row));
}
