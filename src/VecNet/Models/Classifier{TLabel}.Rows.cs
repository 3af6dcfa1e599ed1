using System.Data;

namespace VecNet;

/// <content>Predictions from rows with named columns.</content>
public sealed partial class Classifier<TLabel>
    where TLabel : notnull
{
    /// <summary>Predicts the class of each row of a table that has the columns of the training.</summary>
    /// <param name="rows">The rows, which are read to the end; other columns are ignored.</param>
    /// <exception cref="ArgumentException">A column is missing, or a value cannot be used; the message names row and column.</exception>
    /// <exception cref="InvalidOperationException">The model was not trained on named columns.</exception>
    public Prediction<TLabel>[] Predict(IDataReader rows) =>
        PredictRows(TableRows.Encode(TableRows.FeaturesOf(Model), rows).View, nameof(rows));

    /// <summary>Predicts the class of a row that has the columns of the training.</summary>
    /// <remarks>
    /// <code>
    /// Prediction&lt;string&gt; p = model.Predict(new Dictionary&lt;string, object?&gt; { ["island"] = "Biscoe", ["mass"] = 4.6 });
    /// </code>
    /// </remarks>
    /// <param name="row">The value of each column; other entries are ignored.</param>
    /// <exception cref="ArgumentException">A column is missing, or a value cannot be used; the message names the column.</exception>
    /// <exception cref="InvalidOperationException">The model was not trained on named columns.</exception>
    public Prediction<TLabel> Predict(IReadOnlyDictionary<string, object?> row)
    {
        double[] features = TableRows.Encode(TableRows.FeaturesOf(Model), row);
        return PredictRows(features.AsView(1, features.Length), nameof(row))[0];
    }

    private Prediction<TLabel>[] PredictRows(ReadOnlyTensorView<double> features, string parameter)
    {
        var probabilities = new TensorBuffer<float>(features.Rows, Labels.Count);
        Model.PredictProbabilities(features, probabilities.View);
        var predictions = new Prediction<TLabel>[features.Rows];
        for (int row = 0; row < predictions.Length; row++)
        {
            predictions[row] = Model<float>.PredictionOf(Labels, probabilities.View.Row(row), parameter);
        }

        return predictions;
    }
}
