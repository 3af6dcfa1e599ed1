using System.Numerics;

namespace VecNet.Tests;

/// <summary>Dropout by a mask from outside, so that a network can be compared with one whose masks are known.</summary>
internal sealed class MaskLayer<T>(TensorBuffer<T> mask) : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public string Name => "mask";

    public void Configure(LayerDeclaration declaration) => Assert.Equal(declaration.InputFeatures, mask.Columns);

    public void Forward(in ForwardPass<T> pass) => Dropout.Forward(pass.Input, mask.View, pass.Output);

    public void Backward(in BackwardPass<T> pass) => Dropout.Backward(mask.View, pass.GradOutput, pass.GradInput);

    /// <summary>A golden mask of zeros and ones as <see cref="Dropout.FillMask"/> would write it.</summary>
    public static TensorBuffer<T> Scaled(GoldenTensor mask, double probability)
    {
        TensorBuffer<T> scaled = mask.ToBuffer<T>();
        Elementwise.Scale(scaled.View, T.CreateTruncating(1 / (1 - probability)), scaled.View);
        return scaled;
    }
}
