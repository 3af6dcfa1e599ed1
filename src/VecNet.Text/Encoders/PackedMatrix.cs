namespace VecNet.Text;

/// <summary>
/// The weights and the bias of a fully connected layer for inference: inputs × outputs, stored once in the order in which the micro-kernel
/// reads them.
/// </summary>
/// <remarks>
/// A panel is as many columns as the widest tile has; its rows follow one another in memory without gaps, and so do the panels. A product
/// of few rows then reads the weights in one sequential stream, which is what limits it. See the glossary in the core's MatMul folder.
/// </remarks>
internal sealed unsafe class PackedMatrix
{
    private readonly TensorBuffer<float> panels;

    private PackedMatrix(int inputs, int outputs, ReadOnlySpan<float> bias)
    {
        Inputs = inputs;
        Outputs = outputs;
        panels = new(1, checked(inputs * outputs));
        Bias = new(1, outputs);
        bias.CopyTo(Bias.Span);
    }

    /// <summary>The number of rows.</summary>
    internal readonly int Inputs;

    /// <summary>The number of columns.</summary>
    internal readonly int Outputs;

    /// <summary>A number for each column.</summary>
    internal readonly TensorBuffer<float> Bias;

    /// <summary>The number of columns of a panel, but for the last ones.</summary>
    internal static int PanelWidth => Blocking.Vectors * VectorLength;

    /// <summary>Whether a row is shorter than a vector: such weights are stored row by row.</summary>
    internal bool IsNarrow => Outputs < VectorLength;

    /// <summary>The weights row by row, if they are narrow.</summary>
    internal ReadOnlyTensorView<float> Rows => new(panels.Span, Inputs, Outputs);

    /// <summary>The memory, in bytes.</summary>
    internal long Bytes => panels.Bytes + Bias.Bytes;

    private static int VectorLength => Machine.Has512 ? 16 : Machine.HasVectors ? System.Numerics.Vector<float>.Count : 1;

    /// <summary>Packs matrices side by side, which have the same inputs.</summary>
    /// <param name="parts">The matrices, each in files as outputs × inputs or, transposed, as inputs × outputs.</param>
    /// <param name="bias">The biases of all of them.</param>
    internal static PackedMatrix Pack(ReadOnlySpan<EncoderTensor> parts, ReadOnlySpan<float> bias)
    {
        int outputs = 0;
        foreach (EncoderTensor part in parts)
        {
            outputs += part.Outputs;
        }

        var packed = new PackedMatrix(parts[0].Inputs, outputs, bias);
        int first = 0;
        foreach (EncoderTensor part in parts)
        {
            packed.Write(part, first);
            first += part.Outputs;
        }

        GC.KeepAlive(packed.panels);
        return packed;
    }

    /// <summary>The address of the panel that begins with a column.</summary>
    internal float* Panel(nint column) => panels.Pointer + (column * Inputs);

    /// <summary>Writes the columns of one matrix from a column on.</summary>
    private void Write(EncoderTensor part, int first)
    {
        nint nr = PanelWidth;
        ReadOnlySpan<float> values = part.Values;
        fixed (float* source = values)
        {
            for (nint j = 0, width; j < Outputs; j += width)
            {
                width = IsNarrow ? Outputs : Blocking.Cut(Outputs - j, nr, VectorLength);

                // A panel may have columns of several matrices.
                nint begin = nint.Max(j, first), end = nint.Min(j + width, first + part.Outputs);
                if (begin >= end)
                {
                    continue;
                }

                float* target = Panel(j) + (begin - j);
                if (part.IsTransposed)
                {
                    Packing.Copy(source + (begin - first), part.Outputs, Inputs, end - begin, target, width);
                }
                else
                {
                    int columns = (int)(end - begin), length = (int)((Inputs - 1) * width) + columns;
                    Packing.Transpose<float>(
                        new(values.Slice((int)(begin - first) * Inputs, columns * Inputs), columns, Inputs),
                        new TensorView<float>(Inputs, columns, (int)width, new(target, length)));
                }
            }
        }
    }
}
