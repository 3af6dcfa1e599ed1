using System.Numerics;

namespace VecNet.Tests;

/// <summary>Inference of recurrent layers, which uses less memory than the forward pass of a training step.</summary>
public abstract class RecurrentInferenceTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MatrixTheoryData<RecurrentCell, bool> Passes { get; } = new(Enum.GetValues<RecurrentCell>(), [false, true]);

    /// <summary>
    /// The bits are those of training, for more steps than share a product with the input's weights, and for more sequences than rows.
    /// </summary>
    [Theory]
    [MemberData(nameof(Passes))]
    public void Inference_has_the_bits_of_training(RecurrentCell cell, bool isReverse)
    {
        foreach (int[] offsets in (int[][])[[0, 300], [0, 3, 3, 290, 291, 600], [0, 0, 0, 0, 2, 2], [0, 0]])
        {
            RecurrencePass<T> training = RecurrencePass<T>.Random(cell, offsets, isReverse, features: 5, hidden: 19);
            training.Forward();
            RecurrencePass<T> inference = RecurrencePass<T>.Random(cell, offsets, isReverse, features: 5, hidden: 19);
            inference.IsInference = true;
            inference.Forward();
            Assert.Equal(training.Output.Span.ToArray(), inference.Output.Span.ToArray());
            Assert.Equal(training.FinalHidden!.Span.ToArray(), inference.FinalHidden!.Span.ToArray());
            Assert.Equal(training.FinalCell?.Span.ToArray(), inference.FinalCell?.Span.ToArray());
            Assert.DoesNotContain(inference.Output.Span.ToArray(), value => T.IsNaN(value));
        }
    }
}

public sealed class RecurrentInferenceFloatTests : RecurrentInferenceTests<float>;

public sealed class RecurrentInferenceDoubleTests : RecurrentInferenceTests<double>;
