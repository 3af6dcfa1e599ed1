namespace VecNet.Tests;

/// <summary>What the tests of sparse inputs and of sparse embeddings have in common.</summary>
internal static class SparseSteps
{
    /// <summary>Fills the gradient of the output with random numbers, the same at each call.</summary>
    internal static void FillGradient(Workspace<float> workspace)
    {
        var random = new SplitMix64(3);
        TensorView<float> gradient = workspace.GradOutput;
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i / gradient.Columns, i % gradient.Columns] = (float)random.NextNormal();
        }
    }

    /// <summary>
    /// Asserts that of the network's first matrix exactly some rows have changed, and that the optimizer's state of the others has not.
    /// </summary>
    internal static void AssertChangedRows(
        HashSet<int> expected, NeuralNetwork<float> network, float[] before, IOptimizer<float> optimizer, float[] stateBefore)
    {
        TensorView<float> matrix = network.GetParameters(0)[0];
        Assert.InRange(expected.Count, 2, matrix.Rows - 2);
        Span<float> state = optimizer.GetState(before.Length);
        for (int i = 0; i < matrix.Length; i++)
        {
            bool isExpected = expected.Contains(i / matrix.Columns);
            Assert.Equal(isExpected, network.Parameters[i] != before[i]);
            for (int kind = 0; kind < state.Length / before.Length && !isExpected; kind++)
            {
                Assert.Equal(stateBefore[(kind * before.Length) + i], state[(kind * before.Length) + i]);
            }
        }
    }
}
