namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's attention, and its networks over packed sequences.</summary>
internal static class VecNetSequencePeer
{
    /// <summary>Rows that take longer compile nothing that shorter ones do not.</summary>
    private const double MostOperationsToCompile = 2e8;

    internal static Peer Create() => Peer.Of<SequenceRow>(
        MachineDescription.VectorsInForce,
        row => row switch
        {
            { Model: SequenceModel.Attention } => Attention(row, new(row)),
            { Pass: Pass.Forward } => Inference(row, new(row)),
            { IsEncoder: true } => FineTuning(row, new(row)),
            _ => Training(row, new(row)),
        })
        .Compiled(SequenceRows.All.Where(row => row.FloatingPointOperations <= MostOperationsToCompile));

    private static PreparedRow Attention(SequenceRow row, SequenceProblem problem)
    {
        var options = new AttentionOptions { Heads = row.Heads, IsCausal = row.IsCausal };
        int features = row.Width, rows = row.Rows;
        TensorBuffer<float> output = new(rows, features), logSumExp = new(rows, row.Heads), gradInput = new(rows, 3 * features);
        var scratch = new TensorBuffer<float>(row.Threads, ScaledDotProductAttention.GetScratchLength(features, features, row.Heads));
        return PreparedRow.Of(Run, 1, () => row.Pass == Pass.Forward
            ? [output.Span.ToArray()]
            : [output.Span.ToArray(), gradInput.Span.ToArray()]);

        void Run()
        {
            ReadOnlyTensorView<float> input = problem.Input.View;
            ReadOnlyTensorView<float> query = input.SliceColumns(0, features);
            ReadOnlyTensorView<float> key = input.SliceColumns(features, features);
            ReadOnlyTensorView<float> value = input.SliceColumns(2 * features, features);
            var sequences = new SequenceOffsets(problem.Offsets);
            ScaledDotProductAttention.Forward(
                query, key, value, sequences, sequences, output.View, logSumExp.View, options, scratch.View);
            if (row.Pass != Pass.Forward)
            {
                ScaledDotProductAttention.Backward(
                    query, key, value, sequences, sequences, output.View, logSumExp.View, problem.GradOutput.View,
                    gradInput.View.SliceColumns(0, features), gradInput.View.SliceColumns(features, features),
                    gradInput.View.SliceColumns(2 * features, features), options, scratch.View);
            }
        }
    }

    private static PreparedRow Inference(SequenceRow row, SequenceProblem problem)
    {
        NeuralNetwork<float> network = SequenceProblem.CreateNetwork(row);
        Workspace<float> workspace = network.CreateInferenceWorkspace(row.Rows, sequences: row.Batch);
        workspace.Threads = row.Threads;
        return PreparedRow.Of(() => Predict(), 1, () => [Predict().AsSpan().ToArray()]);

        ReadOnlyTensorView<float> Predict() => network.Predict(problem.Input.View, new(problem.Offsets), workspace);
    }

    /// <summary>A step as <see cref="VecNet.Text.EncoderTrainer"/> makes it: the gradients of all parameters, and then AdamW.</summary>
    private static PreparedRow FineTuning(SequenceRow row, SequenceProblem problem)
    {
        NeuralNetwork<float> network = SequenceProblem.CreateNetwork(row);
        Workspace<float> workspace = network.CreateTrainingWorkspace(row.Rows, sequences: row.Batch);
        workspace.Threads = row.Threads;
        float[] first = network.Parameters.ToArray();
        var crossEntropy = new SoftmaxCrossEntropy<float>();
        IOptimizer<float> optimizer = null!;
        Reset();
        return new(
            PreparedRow.Repeated(() => Step()), () => [.. Enumerable.Range(0, SequenceProblem.ComparedSteps).Select(_ => new[] { Step() })])
        {
            Reset = Reset,
        };

        void Reset()
        {
            first.CopyTo(network.Parameters);
            optimizer = new AdamW<float>(problem.LearningRate, weightDecay: SequenceProblem.WeightDecay);
        }

        float Step()
        {
            ReadOnlyTensorView<float> y = network.Forward(problem.Tokens, new(problem.Offsets), workspace);
            float loss = crossEntropy.ForwardBackward(y, problem.Targets, workspace.GradOutput);
            network.Backward(workspace.GradOutput, workspace);
            network.Step(optimizer);
            return loss;
        }
    }

    /// <summary>
    /// A step of AdamW with a loss, or of gradient descent without: then what is compared is the output, the gradient of the input and the
    /// parameters after the step.
    /// </summary>
    private static PreparedRow Training(SequenceRow row, SequenceProblem problem)
    {
        NeuralNetwork<float> network = SequenceProblem.CreateNetwork(row);
        Workspace<float> workspace = network.CreateTrainingWorkspace(row.Rows, inputGradient: !row.HasLoss, sequences: row.Batch);
        workspace.Threads = row.Threads;
        float[] first = network.Parameters.ToArray(), output = new float[row.Rows * row.OutputFeatures];
        var crossEntropy = new SoftmaxCrossEntropy<float>();
        IOptimizer<float> optimizer = new Sgd<float>(problem.LearningRate);
        Func<Array[]> results = row.HasLoss
            ? () => [.. Enumerable.Range(0, SequenceProblem.ComparedSteps).Select(_ => new[] { Step() })]
            : () =>
            {
                network.Forward(problem.Input.View, new(problem.Offsets), workspace).AsSpan().CopyTo(output);
                Step();
                return [output, workspace.GradInput.AsSpan().ToArray(), .. Parameters()];
            };
        return new(PreparedRow.Repeated(() => Step()), results) { Reset = Reset };

        IEnumerable<Array> Parameters() => SequenceProblem.TensorsOf(network).Select(SequenceProblem.ElementsOf);

        void Reset()
        {
            first.CopyTo(network.Parameters);
            optimizer = row.HasLoss
                ? new AdamW<float>(problem.LearningRate, weightDecay: SequenceProblem.WeightDecay)
                : optimizer;
        }

        float Step()
        {
            ReadOnlyTensorView<float> input = problem.Input.View;
            ReadOnlyTensorView<float> gradOutput = problem.GradOutput.View;
            ReadOnlyTensorView<float> y = network.Forward(input, new(problem.Offsets), workspace);
            float loss = 0;
            if (row.HasLoss)
            {
                loss = crossEntropy.ForwardBackward(y, problem.Targets, workspace.GradOutput);
                gradOutput = workspace.GradOutput;
            }

            network.BackwardAndStep(input, gradOutput, workspace, optimizer);
            return loss;
        }
    }
}
