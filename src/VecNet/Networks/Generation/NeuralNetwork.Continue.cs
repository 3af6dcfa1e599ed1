using System.Numerics;

namespace VecNet;

/// <content>The pass that continues a sequence.</content>
public sealed partial class NeuralNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Inference on the rows that follow those in a workspace that keeps them.</summary>
    internal void Continue(ReadOnlyTensorView<T> input, Workspace<T> workspace)
    {
        ReadOnlySpan<int> offsets = [0, input.Rows];
        var sequences = SequenceOffsets.Checked(offsets);
        if (workspace.Kept!.Position == 0)
        {
            workspace.ClearStates();
        }

        CheckPass(input, sequences, workspace);
        RunForward(input, sparse: default, sequences, workspace, random: null);

        // A sequence of which no layer keeps rows may be longer than a number.
        workspace.Kept.Position = (int)long.Min(int.MaxValue, (long)workspace.Kept.Position + input.Rows);
    }
}
