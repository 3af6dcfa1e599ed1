using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace VecNet.Benchmarks;

/// <summary>A row of features, as ML.NET takes it.</summary>
internal sealed class FeatureRow
{
    [VectorType(EnginePool.Features), ColumnName("Features")]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}

/// <summary>What ML.NET predicts of a row.</summary>
internal sealed class ScoredRow
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}

/// <summary>What ML.NET computes of a row by a network, which has no names of classes.</summary>
internal sealed class NetworkRow
{
    public float[] Score { get; set; } = [];
}

/// <summary>Constants of all models.</summary>
internal static class EnginePool
{
    internal const int Features = 64, Classes = 10;
}

/// <summary>Prediction engines in a pool, as in PredictionEnginePool of Microsoft.Extensions.ML: an engine serves one thread.</summary>
internal sealed class EnginePool<TRow>(MLContext context, ITransformer transformer)
    : PooledObjectPolicy<PredictionEngine<FeatureRow, TRow>>
    where TRow : class, new()
{
    private ObjectPool<PredictionEngine<FeatureRow, TRow>>? engines;

    private ObjectPool<PredictionEngine<FeatureRow, TRow>> Engines =>
        engines ??= new DefaultObjectPool<PredictionEngine<FeatureRow, TRow>>(this);

    public override PredictionEngine<FeatureRow, TRow> Create() =>
        context.Model.CreatePredictionEngine<FeatureRow, TRow>(transformer);

    public override bool Return(PredictionEngine<FeatureRow, TRow> obj) => true;

    /// <summary>Predicts rows, and returns the prediction of the last.</summary>
    internal TRow Predict(params ReadOnlySpan<FeatureRow> rows)
    {
        PredictionEngine<FeatureRow, TRow> engine = Engines.Get();
        try
        {
            TRow last = null!;
            foreach (FeatureRow row in rows)
            {
                last = engine.Predict(row);
            }

            return last;
        }
        finally
        {
            Engines.Return(engine);
        }
    }
}
