namespace VecNet.Text;

/// <summary>Applies an activation in place. An element's result does not depend on its position.</summary>
internal static unsafe class ActivationLoop
{
    /// <summary>x = f(x).</summary>
    internal static void Run(TensorView<float> x, EncoderActivation activation)
    {
        fixed (float* pointer = x.Span)
        {
            Run(pointer, x.RowStride, x.Rows, x.Columns, activation);
        }
    }

    /// <summary>The same for elements at an address.</summary>
    internal static void Run(float* x, nint rowStride, nint rows, nint columns, EncoderActivation activation)
    {
        switch (activation)
        {
            case EncoderActivation.Gelu when Machine.Has512:
                // These vectors have tables.
                UnaryLoop.Run(x, rowStride, x, rowStride, rows, columns, default(GELU.Function<float>));
                break;
            case EncoderActivation.Gelu:
                UnaryLoop.Run(x, rowStride, x, rowStride, rows, columns, default(InferenceGelu));
                break;
            case EncoderActivation.GeluTanh:
                UnaryLoop.Run(x, rowStride, x, rowStride, rows, columns, default(GELUTanh.Function<float>));
                break;
            case EncoderActivation.Relu:
                UnaryLoop.Run(x, rowStride, x, rowStride, rows, columns, default(ReLU.Function<float>));
                break;
            case EncoderActivation.Tanh:
                UnaryLoop.Run(x, rowStride, x, rowStride, rows, columns, default(Tanh.Function<float>));
                break;
            case EncoderActivation.Sigmoid:
                UnaryLoop.Run(x, rowStride, x, rowStride, rows, columns, default(Sigmoid.Function<float>));
                break;
        }
    }
}
