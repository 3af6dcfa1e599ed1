#:project ../../src/VecNet

// Implements a layer with a parameter, checks its gradient, and uses it in a network.
using System.Numerics;
using VecNet;

double[,] input = { { 0.5, -1.0, 2.0 }, { 1.5, 0.25, -0.75 } };
GradientCheck.Layer(new Scale<double>(), input).ThrowIfFailed();
Console.WriteLine("The gradient is correct.");

var network = new NeuralNetwork<float>(
    3, [new Scale<float>(), new FullyConnectedLayer<float>(2, WeightInitialization.XavierNormal)], seed: 1);
Console.WriteLine($"{network.ParameterCount} parameters");

/// <summary>y = s ∘ x, with one trainable factor per feature.</summary>
internal sealed class Scale<T> : ILayer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public string Name => "scale";

    public void Configure(LayerDeclaration declaration) => declaration.AddParameter("factor", 1, declaration.InputFeatures);

    public void Initialize(SlotViews<T> parameters, SplitMix64 random) => parameters[0].Fill(T.One);

    public void Forward(in ForwardPass<T> pass)
    {
        for (int row = 0; row < pass.Input.Rows; row++)
        {
            Elementwise.Multiply(pass.Input.SliceRows(row, 1), pass.Parameter(0), pass.Output.SliceRows(row, 1));
        }
    }

    public void Backward(in BackwardPass<T> pass)
    {
        TensorView<T> gradFactor = pass.Gradient(0);
        if (!pass.Accumulates)
        {
            gradFactor.Clear();
        }

        for (int row = 0; row < pass.Input.Rows; row++)
        {
            for (int j = 0; j < pass.Input.Columns; j++)
            {
                gradFactor[0, j] += pass.GradOutput[row, j] * pass.Input[row, j]; // ∂y/∂s = x, summed over the batch
                if (pass.WantsGradInput)
                {
                    pass.GradInput[row, j] = pass.GradOutput[row, j] * pass.Parameter(0)[0, j];
                }
            }
        }
    }
}

/* Output:
The gradient is correct.
11 parameters
*/
