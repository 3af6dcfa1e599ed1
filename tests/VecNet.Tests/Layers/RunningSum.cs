namespace VecNet.Tests;

/// <summary>A layer with state as a user would write it: y = x + s/1000, where a training forward first adds 1 to s.</summary>
/// <param name="updatesInInference">True for one that has forgotten to ask <see cref="ForwardPass{T}.IsTraining"/>.</param>
internal sealed class RunningSum(bool updatesInInference = false) : ILayer<double>
{
    public string Name => "running_sum";

    public void Configure(LayerDeclaration declaration) => declaration.AddState("sum", 1, 1);

    public void Forward(in ForwardPass<double> pass)
    {
        if (pass.IsTraining || updatesInInference)
        {
            pass.StateToUpdate(0)[0, 0] += 1;
        }

        for (int row = 0; row < pass.Input.Rows; row++)
        {
            for (int column = 0; column < pass.Input.Columns; column++)
            {
                pass.Output[row, column] = pass.Input[row, column] + (pass.State(0)[0, 0] / 1000);
            }
        }
    }

    public void Backward(in BackwardPass<double> pass)
    {
        if (pass.WantsGradInput)
        {
            pass.GradOutput.CopyTo(pass.GradInput);
        }
    }
}
