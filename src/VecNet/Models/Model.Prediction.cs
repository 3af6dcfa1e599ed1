using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet;

/// <content>
/// Predictions from raw features: preprocessing, forward pass, softmax or conversion to the units of the target, and names. Predictions are
/// thread-safe. Memory is reused, so that warm predictions into spans and views allocate nothing.
/// </content>
public sealed partial class Model<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PredictionMemoryPool<T> memories;

    /// <summary>
    /// Whether the model predicts classes: it has their names, or several outputs without units. Otherwise it predicts numbers.
    /// </summary>
    public bool PredictsClasses => ClassNames is not null || (Network.OutputSize > 1 && TargetStandardization is null);

    /// <summary>The names of the classes; their numbers, from 0, if they have no names.</summary>
    internal IReadOnlyList<string> Labels => field ??= ClassNames ?? [.. Enumerable.Range(0, Network.OutputSize).Select(i => $"{i}")];

    /// <summary>Predicts the class of one row.</summary>
    /// <remarks>
    /// <code>
    /// Model&lt;float&gt; model = Model&lt;float&gt;.Load("iris.safetensors");
    /// Prediction&lt;string&gt; flower = model.Predict([6.3, 3.3, 6.0, 2.5]);
    /// </code>
    /// </remarks>
    /// <param name="features">The features, not standardized.</param>
    /// <exception cref="ArgumentException">
    /// The number of features is not that of the inputs, or they or the outputs are not finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    public Prediction<string> Predict(ReadOnlySpan<double> features) => PredictRow<double>(features);

    /// <inheritdoc cref="Predict(ReadOnlySpan{double})"/>
    public Prediction<string> Predict(ReadOnlySpan<T> features) => PredictRow<T>(features);

    /// <summary>Computes the probability of each class for each row.</summary>
    /// <param name="features">Rows × inputs, not standardized.</param>
    /// <param name="probabilities">The result, rows × outputs; NaN in a row whose features or outputs are not finite.</param>
    /// <exception cref="ArgumentException">A shape is wrong, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    public void PredictProbabilities(ReadOnlyTensorView<double> features, TensorView<T> probabilities) =>
        PredictProbabilities<double>(features, probabilities);

    /// <inheritdoc cref="PredictProbabilities(ReadOnlyTensorView{double}, TensorView{T})"/>
    public void PredictProbabilities(ReadOnlyTensorView<T> features, TensorView<T> probabilities) =>
        PredictProbabilities<T>(features, probabilities);

    /// <summary>Predicts the numbers of each row, in the units of the targets.</summary>
    /// <param name="features">Rows × inputs, not standardized.</param>
    /// <param name="numbers">The result, rows × outputs; NaN in a row whose features are not finite, or too large for the model.</param>
    /// <exception cref="ArgumentException">A shape is wrong, or the views partly overlap; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">The model predicts classes.</exception>
    public void PredictNumbers(ReadOnlyTensorView<double> features, TensorView<double> numbers) =>
        PredictNumbers<double>(features, numbers);

    /// <inheritdoc cref="PredictNumbers(ReadOnlyTensorView{double}, TensorView{double})"/>
    public void PredictNumbers(ReadOnlyTensorView<T> features, TensorView<double> numbers) => PredictNumbers<T>(features, numbers);

    /// <summary>Predicts rows in batches, which bounds the memory.</summary>
    /// <param name="features">Rows × inputs.</param>
    /// <param name="arePrepared">Whether they are the network's inputs, as <see cref="PrepareInputs"/> computes them.</param>
    /// <param name="target">Where the predictions go.</param>
    internal void Predict<TSource>(ReadOnlyTensorView<TSource> features, bool arePrepared, PredictionTarget<T> target)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        PredictionMemory<T> memory = memories.Borrow(features.Rows);
        try
        {
            for (int start = 0; start < features.Rows; start += memory.Capacity)
            {
                int count = int.Min(memory.Capacity, features.Rows - start);
                TensorView<T> inputs = memory.Inputs.View.SliceRows(0, count);
                if (arePrepared)
                {
                    Convert(features.SliceRows(start, count), inputs);
                }
                else
                {
                    Prepare(features.SliceRows(start, count), inputs);
                }

                Finish(Network.Predict(inputs, memory.Workspace), start, memory, target);
                for (int row = 0; row < count; row++)
                {
                    // A ReLU may hide an infinity: a unit that it turns off is 0 for all that comes after it.
                    if (!TensorPrimitives.IsFiniteAll<T>(inputs.Row(row)))
                    {
                        target.Invalidate(start + row);
                    }
                }
            }
        }
        finally
        {
            memories.Return(memory);
        }
    }

    /// <summary>Writes the predictions of a batch that begins with row <paramref name="start"/>.</summary>
    private void Finish(ReadOnlyTensorView<T> outputs, int start, PredictionMemory<T> memory, PredictionTarget<T> target)
    {
        if (!target.Numbers.IsEmpty)
        {
            RestoreOutputs(outputs, target.Numbers.SliceRows(start, outputs.Rows));
            return;
        }

        TensorView<T> probabilities = memory.Probabilities.View.SliceRows(0, outputs.Rows);
        ToProbabilities(outputs, probabilities);
        target.Write(start, probabilities);
    }

    /// <summary>The network's outputs are logits, unless it ends with a softmax.</summary>
    private void ToProbabilities(ReadOnlyTensorView<T> outputs, TensorView<T> probabilities)
    {
        if (Network.Nodes[^1].Layer is Softmax<T>)
        {
            outputs.CopyTo(probabilities);
        }
        else
        {
            Softmax.Forward(outputs, probabilities);
        }
    }

    private Prediction<string> PredictRow<TSource>(ReadOnlyTensorView<TSource> features)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        T[] probabilities = new T[Network.OutputSize];
        PredictProbabilities(features, probabilities);
        return PredictionOf(Labels, probabilities, nameof(features));
    }

    /// <summary>Creates the prediction of a row from its probabilities.</summary>
    /// <exception cref="ArgumentException">They are NaN.</exception>
    internal static Prediction<TLabel> PredictionOf<TLabel>(IReadOnlyList<TLabel> labels, ReadOnlySpan<T> probabilities, string name)
    {
        int likeliest = TensorPrimitives.IndexOfMax(probabilities);
        if (T.IsNaN(probabilities[likeliest]))
        {
            throw new ArgumentException("The features are not finite, or too large for this model.", name);
        }

        var classes = new ClassProbability<TLabel>[labels.Count];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = new(labels[i], double.CreateTruncating(probabilities[i]));
        }

        return new(labels[likeliest], classes[likeliest].Probability, classes);
    }

    private void PredictProbabilities<TSource>(ReadOnlyTensorView<TSource> features, TensorView<T> probabilities)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        if (!PredictsClasses)
        {
            throw new InvalidOperationException("The model predicts numbers, not classes: use PredictNumbers.");
        }

        CheckFeatures(features);
        Shape.Check<T>(probabilities, features.Rows, Network.OutputSize);
        Overlap.CheckSameOrDisjointAcrossTypes<TSource, T>(features, probabilities);
        Predict(features, arePrepared: false, new() { Probabilities = probabilities });
    }

    private void PredictNumbers<TSource>(ReadOnlyTensorView<TSource> features, TensorView<double> numbers)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        if (PredictsClasses)
        {
            throw new InvalidOperationException("The model predicts classes, not numbers: use PredictProbabilities.");
        }

        CheckFeatures(features);
        Shape.Check<double>(numbers, features.Rows, Network.OutputSize);
        Overlap.CheckSameOrDisjointAcrossTypes<TSource, double>(features, numbers);
        Predict(features, arePrepared: false, new() { Numbers = numbers });
    }

    private void CheckFeatures<TSource>(ReadOnlyTensorView<TSource> features)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        if (features.Columns != Network.InputSize)
        {
            throw new ArgumentException($"There are {features.Columns} features; the model takes {Network.InputSize}.", nameof(features));
        }
    }

    private void Prepare<TSource>(ReadOnlyTensorView<TSource> features, TensorView<T> inputs)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        if (Standardization is null)
        {
            Convert(features, inputs);
        }
        else
        {
            Standardization.Apply<TSource>(features, inputs);
        }
    }
}
