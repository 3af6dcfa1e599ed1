using System.Numerics;

namespace VecNet.Text;

/// <summary>A linear model shall tell the classes of texts from vectors of length 1. It is trained together with the encoder.</summary>
internal sealed class ClassObjective<T> : IEncoderObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] classes;
    private readonly TensorBuffer<T> gradients;
    private readonly AdamW<T> optimizer;

    /// <summary>Creates the objective.</summary>
    /// <param name="classes">The class of each text.</param>
    /// <param name="head">The weights of the linear model, features × classes, and its biases as the last row.</param>
    /// <param name="weightDecay">The weight decay of the linear model.</param>
    internal ClassObjective(int[] classes, TensorBuffer<T> head, double weightDecay)
    {
        this.classes = classes;
        Head = head;
        gradients = new(head.Rows, head.Columns);
        optimizer = new(learningRate: 1, weightDecay: weightDecay);
    }

    /// <summary>The linear model.</summary>
    internal TensorBuffer<T> Head { get; }

    /// <inheritdoc/>
    public double ForwardBackward(ReadOnlyTensorView<T> vectors, ReadOnlySpan<int> samples, TensorView<T> gradVectors, int threads)
    {
        int[] targets = new int[samples.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            targets[i] = classes[samples[i]];
        }

        var units = new TensorBuffer<T>(vectors.Rows, vectors.Columns);
        var logits = new TensorBuffer<T>(vectors.Rows, Head.Columns);
        var gradLogits = new TensorBuffer<T>(vectors.Rows, Head.Columns);
        T[] lengths = new T[vectors.Rows];
        int features = vectors.Columns;
        TensorView<T> weights = Head.View.SliceRows(0, features);
        UnitRows.Forward(vectors, units.View, lengths);
        FullyConnected.Forward<T>(units.View, weights, Head.View.SliceRows(features, 1), logits.View, threads);
        double sum = new SoftmaxCrossEntropy<T>().Sum(logits.View, targets, 1.0 / targets.Length, gradLogits.View);
        FullyConnected.Backward<T>(
            units.View, weights, gradLogits.View, gradVectors, gradients.View.SliceRows(0, features), gradients.View.SliceRows(features, 1),
            threads: threads);
        UnitRows.Backward<T>(units.View, lengths, gradVectors, gradVectors);
        return sum / targets.Length;
    }

    /// <inheritdoc/>
    public void Step(double learningRate)
    {
        optimizer.LearningRate = learningRate;
        optimizer.Step(Head.Span, gradients.Span);
    }
}
