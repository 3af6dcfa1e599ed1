namespace VecNet.Cli.Digits;

/// <summary>A layer that randomly shifts, rotates, scales and shears each image in training, and does nothing in inference.</summary>
/// <remarks>
/// The network never sees the same image twice. Pixel (u, v), relative to the center, takes the value of the input at A·(u, v) + d, by
/// bilinear interpolation; pixels outside the image are 0. With the angle α, the scales s and t and the shear k,
/// A = [s·cos α, t·(k − sin α); s·sin α, t·cos α]. All of them are uniformly distributed around 0 (s and t around 1).
/// </remarks>
/// <param name="side">The number of rows, and of columns, of an image.</param>
/// <param name="shift">The largest shift, in pixels.</param>
/// <param name="angle">The largest angle, in radians.</param>
/// <param name="scale">The largest difference of a scale from 1.</param>
/// <param name="shear">The largest shear, in columns per row.</param>
internal sealed class ImageWarp(int side, double shift, double angle, double scale, double shear) : ILayer<float>
{
    /// <inheritdoc/>
    public string Name => "image_warp";

    /// <inheritdoc/>
    public void Configure(LayerDeclaration declaration)
    {
        if (declaration.InputFeatures != side * side)
        {
            throw new ArgumentException(
                $"The layer takes images of {side}×{side} pixels, not {declaration.InputFeatures} features.", nameof(declaration));
        }
    }

    /// <inheritdoc/>
    public void Forward(in ForwardPass<float> pass)
    {
        if (!pass.IsTraining)
        {
            pass.Input.CopyTo(pass.Output);
            return;
        }

        SplitMix64 random = pass.Random;
        for (int row = 0; row < pass.Input.Rows; row++)
        {
            (double sine, double cosine) = Math.SinCos(angle * Draw(random));
            double s = 1 + (scale * Draw(random));
            double t = 1 + (scale * Draw(random));
            double k = shear * Draw(random);
            float right = (float)(shift * Draw(random));
            float down = (float)(shift * Draw(random));
            Warp(
                pass.Input.Row(row),
                pass.Output.Row(row),
                (float)(s * cosine),
                (float)(t * (k - sine)),
                (float)(s * sine),
                (float)(t * cosine),
                right,
                down);
        }
    }

    /// <inheritdoc/>
    public void Backward(in BackwardPass<float> pass)
    {
        if (pass.WantsGradInput)
        {
            throw new NotSupportedException("The layer has no gradient: it must be the first one.");
        }
    }

    private void Warp(ReadOnlySpan<float> input, Span<float> output, float a, float b, float c, float d, float right, float down)
    {
        float middle = (side - 1) / 2f;
        for (int pixel = 0; pixel < output.Length; pixel++)
        {
            float u = (pixel % side) - middle;
            float v = (pixel / side) - middle;
            float x = (a * u) + (b * v) + middle + right;
            float y = (c * u) + (d * v) + middle + down;
            float left = MathF.Floor(x);
            float top = MathF.Floor(y);
            float dx = x - left;
            float dy = y - top;
            int column = (int)left;
            int row = (int)top;
            output[pixel] =
                ((1 - dy) * (((1 - dx) * At(input, row, column)) + (dx * At(input, row, column + 1))))
                + (dy * (((1 - dx) * At(input, row + 1, column)) + (dx * At(input, row + 1, column + 1))));
        }
    }

    private float At(ReadOnlySpan<float> image, int row, int column) =>
        (uint)row < (uint)side && (uint)column < (uint)side ? image[(row * side) + column] : 0;

    private static double Draw(SplitMix64 random) => (2 * random.NextDouble()) - 1;
}
