namespace VecNet.Tests;

/// <summary>An activation as a user would write it, x · σ(x), which keeps σ(x) for its backward pass.</summary>
internal sealed class Swish : ILayer<double>
{
    public string Name => "swish";

    public void Configure(LayerDeclaration declaration) => declaration.AddSaved(declaration.InputFeatures);

    public void Forward(in ForwardPass<double> pass)
    {
        for (int row = 0; row < pass.Input.Rows; row++)
        {
            for (int column = 0; column < pass.Input.Columns; column++)
            {
                double x = pass.Input[row, column];
                double sigmoid = 1 / (1 + Math.Exp(-x));
                pass.Output[row, column] = x * sigmoid;
                if (pass.IsTraining)
                {
                    pass.Saved(0)[row, column] = sigmoid;
                }
            }
        }
    }

    /// <summary>d(x σ)/dx = σ + x σ (1 − σ).</summary>
    public void Backward(in BackwardPass<double> pass)
    {
        for (int row = 0; pass.WantsGradInput && row < pass.Input.Rows; row++)
        {
            for (int column = 0; column < pass.Input.Columns; column++)
            {
                double sigmoid = pass.Saved(0)[row, column];
                pass.GradInput[row, column] =
                    pass.GradOutput[row, column] * (sigmoid + (pass.Input[row, column] * sigmoid * (1 - sigmoid)));
            }
        }
    }
}

/// <summary>A layer with parameters as a user would write it: yᵢⱼ = xᵢⱼ · sⱼ + tⱼ.</summary>
/// <param name="honoursAccumulates">False for one that has forgotten <see cref="BackwardPass{T}.Accumulates"/>.</param>
internal sealed class ScaleAndShift(bool honoursAccumulates = true) : ILayer<double>
{
    public string Name => "scale_and_shift";

    public void Configure(LayerDeclaration declaration)
    {
        declaration.AddParameter("scale", 1, declaration.InputFeatures);
        declaration.AddParameter("shift", 1, declaration.InputFeatures);
    }

    public void Initialize(SlotViews<double> parameters, SplitMix64 random) => parameters[0].Fill(1);

    public void Forward(in ForwardPass<double> pass)
    {
        for (int row = 0; row < pass.Input.Rows; row++)
        {
            for (int column = 0; column < pass.Input.Columns; column++)
            {
                pass.Output[row, column] = (pass.Input[row, column] * pass.Parameter(0)[0, column]) + pass.Parameter(1)[0, column];
            }
        }
    }

    /// <summary>∂L/∂x = g·s; ∂L/∂s = Σᵢ gᵢ·xᵢ; ∂L/∂t = Σᵢ gᵢ.</summary>
    public void Backward(in BackwardPass<double> pass)
    {
        TensorView<double> gradScale = pass.Gradient(0);
        TensorView<double> gradShift = pass.Gradient(1);
        if (!honoursAccumulates || !pass.Accumulates)
        {
            gradScale.Clear();
            gradShift.Clear();
        }

        for (int row = 0; row < pass.Input.Rows; row++)
        {
            for (int column = 0; column < pass.Input.Columns; column++)
            {
                double gradient = pass.GradOutput[row, column];
                gradScale[0, column] += gradient * pass.Input[row, column];
                gradShift[0, column] += gradient;
                if (pass.WantsGradInput)
                {
                    pass.GradInput[row, column] = gradient * pass.Parameter(0)[0, column];
                }
            }
        }
    }
}
