using System.Numerics;

namespace VecNet.Tests;

/// <summary>PyTorch's values, gradients and losses of whole transformers, built from the library's layers.</summary>
public abstract class TransformerGoldenTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Bert = "sequences/tiny_bert", Gpt = "sequences/tiny_gpt", Training = "sequences/tiny_gpt_training";

    private static bool IsSingle => typeof(T) == typeof(float);

    public static TheoryData<string> BertCases => GoldenFile.Load(Bert).CasesFor<T>();

    public static TheoryData<string> GptCases => GoldenFile.Load(Gpt).CasesFor<T>();

    public static TheoryData<string> TrainingCases => GoldenFile.Load(Training).CasesFor<T>();

    [Theory]
    [MemberData(nameof(BertCases))]
    public void An_encoder_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(Bert).Case(name);
        NeuralNetwork<T> network = GoldenTransformer.Bert<T>(@case);
        int[] tokens = @case.Inputs["tokens"].Indices(), types = @case.Inputs["types"].Indices();
        int[] ids = [.. tokens.Zip(types, (token, type) => (int[])[token, type]).SelectMany(both => both)];
        int[] offsets = @case.Inputs["offsets"].Indices();
        Workspace<T> workspace = network.CreateTrainingWorkspace(tokens.Length, sequences: offsets.Length - 1);
        ReadOnlyTensorView<T> pooled = network.Forward(ids, new(offsets), workspace);
        @case.AssertOutput("pooled", pooled);

        // y is the pooled row divided by its norm n: ∂L/∂pooled = (g − y (g·y)) / n.
        TensorBuffer<T> g = @case.Upstream["y"].ToBuffer<T>();
        for (int row = 0; row < pooled.Rows; row++)
        {
            T norm = T.Sqrt(Reductions.Dot(pooled.Row(row), pooled.Row(row)));
            T[] y = [.. pooled.Row(row).ToArray().Select(value => value / norm)];
            T along = Reductions.Dot<T>(g.View.Row(row), y);
            for (int column = 0; column < y.Length; column++)
            {
                workspace.GradOutput[row, column] = (g.View[row, column] - (y[column] * along)) / norm;
            }
        }

        network.Backward(workspace.GradOutput, workspace);
        AssertGradients(@case, network);
    }

    [Theory]
    [MemberData(nameof(GptCases))]
    public void A_language_model_equals_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(Gpt).Case(name);
        NeuralNetwork<T> network = GoldenTransformer.Gpt<T>(@case, "eps");
        int[] offsets = @case.Inputs["offsets"].Indices();
        int[] tokens = @case.Inputs["tokens"].Indices();
        Workspace<T> workspace = network.CreateTrainingWorkspace(tokens.Length, sequences: offsets.Length - 1);
        ReadOnlyTensorView<T> logits = network.Forward(tokens, new(offsets), workspace);
        @case.AssertOutput("logits", logits);
        var loss = new SoftmaxCrossEntropy<T>(ignoredClass: @case.WholeNumber("ignore_index"));
        @case.AssertOutput("loss", loss.ForwardBackward(logits, @case.Inputs["targets"].Indices(), workspace.GradOutput));
        network.Backward(workspace.GradOutput, workspace);
        AssertGradients(@case, network);
    }

    /// <summary>
    /// The loss before each of ten steps of a trainer, in one mini-batch, and after them; also the parameters at the end, but in single
    /// precision those of the keys' bias, whose gradient is rounding noise.
    /// </summary>
    [Theory]
    [MemberData(nameof(TrainingCases))]
    public void The_losses_of_training_equal_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load(Training).Case(name);
        NeuralNetwork<T> network = GoldenTransformer.Gpt<T>(@case, "eps_ln");
        string[] withoutDecay = @case.Texts("no_decay");
        var optimizer = new AdamW<T>(
            @case.Number("lr"), @case.Number("beta1"), @case.Number("beta2"), @case.Number("eps"), @case.Number("weight_decay"));
        if (withoutDecay.Length > 0)
        {
            Assert.All(withoutDecay, parameter => Assert.Matches(@"_emb$|\.b.$|_gamma$|_beta$", parameter));
            optimizer.AddGroup(
                network, parameter => parameter.Rows == 1 || parameter.Name is "0.weight" or "1.weight", weightDecay: 0);
        }

        List<double> losses = [];
        var options = new TrainerOptions
        {
            Epochs = @case.WholeNumber("steps"), BatchSize = @case.Inputs["offsets"].Data.Count - 1,
            MaxGradientNorm = @case.Number("clip_norm", double.NaN) is var norm && double.IsNaN(norm) ? null : norm,
            StepFinished = step => losses.Add(step.Loss),
        };
        var loss = new SoftmaxCrossEntropy<T>(ignoredClass: @case.WholeNumber("ignore_index"));
        int[] offsets = @case.Inputs["offsets"].Indices();
        int[] used = [.. offsets.Distinct()];
        var data = new Dataset<T>(@case.Inputs["tokens"].Indices(), new(used), @case.Inputs["targets"].Indices());
        var trainer = new Trainer<T>(network, optimizer, loss, options);
        trainer.Train(data, cancellationToken: TestContext.Current.CancellationToken);
        losses.Add(trainer.Evaluate(data).Loss);
        @case.AssertClose<T>(
            "losses", @case.Outputs["loss_history"], losses.Select(value => T.CreateTruncating(value)).ToArray());
        GoldenTransformer.ForEach(network, network.Parameters, (parameter, values) =>
        {
            string key = GoldenTransformer.Named(@case, parameter);
            if (!IsSingle || !key.EndsWith(".bk", StringComparison.Ordinal))
            {
                double[] all = [.. values.Span.ToArray().Select(value => double.CreateTruncating(value))];
                T[] found = [.. new[] { all.Sum(), all.Sum(x => x * x), all[0], all[all.Length / 2], all[^1] }.Select(T.CreateTruncating)];
                @case.AssertClose<T>($"final {key}", @case.Outputs[$"final.{key}"], found, Of(@case));
            }
        });
    }

    /// <summary>Sums of parameters collect the rounding of ten steps, whose direction single precision knows to four digits.</summary>
    private static Tolerance Of(GoldenCase @case) => IsSingle ? new(1e-3, 1e-3) : @case.Tolerance;

    private static void AssertGradients(GoldenCase @case, NeuralNetwork<T> network) =>
        GoldenTransformer.ForEach(network, network.Gradients, (parameter, values) =>
        {
            string key = GoldenTransformer.Named(@case, parameter);
            @case.AssertGradient<T>(key, Shaped(values, @case.Gradients[key]));
        });

    private static TensorView<T> Shaped(TensorBuffer<T> values, GoldenTensor like) => new(values.Span, like.Rows, like.Columns);
}

public sealed class TransformerGoldenFloatTests : TransformerGoldenTests<float>;

public sealed class TransformerGoldenDoubleTests : TransformerGoldenTests<double>;
