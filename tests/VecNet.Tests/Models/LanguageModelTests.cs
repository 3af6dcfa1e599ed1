namespace VecNet.Tests;

/// <summary>Small language models: what they learn, and trainings that are interrupted and resumed.</summary>
public sealed class LanguageModelTests
{
    private static readonly LanguageModelOptions Small = new()
    {
        Width = 16, Layers = 2, Heads = 2, Context = 12, Steps = 560, BatchSize = 4, LearningRate = 3e-3, Seed = 3,
    };

    /// <summary>The days of a week, again and again, with another order now and then.</summary>
    private static readonly string Text = string.Concat(Enumerable.Range(0, 300).Select(i => i % 7 == 6 ? "sun mon " : "mon tue wed "));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_model_learns_a_text_and_writes_it()
    {
        List<TrainingProgress> reports = [];
        Model<float> model = LanguageModel.Train(Text, Small, new Reports(reports.Add), Token);
        Assert.Equal([1, 2, 3], reports.Select(report => report.Epoch));
        Assert.True(reports[^1].ValidationLoss < 0.25, $"{reports[^1].ValidationLoss}");
        Assert.Contains("mon tue wed mon", model.Generate("mon ", new() { MaxTokens = 60, Temperature = 0.5 }));
        Assert.Equal(12, new Generator<float>(model.Network).Context);
        using var stream = new MemoryStream();
        model.Save(stream);
        Model<float> read = Model.Load<float>(stream.ToArray());
        Assert.Equal(model.Generate("tue"), read.Generate("tue"));
        Assert.Equal((long)LanguageModel.CountParameters(model.Tokenizer!.VocabularySize, Small), model.Network.ParameterCount);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_on_any_number_of_threads()
    {
        LanguageModelOptions options = Small with
        {
            Steps = 12, Dropout = 0.2, Tokenizer = BytePairTokenizer.Learn([Text], 270),
        };
        float[] one = LanguageModel.Train(Text, options, cancellationToken: Token).Network.Parameters.ToArray();
        Assert.Equal(one, LanguageModel.Train(Text, options with { Threads = 3 }, cancellationToken: Token).Network.Parameters.ToArray());
        Assert.NotEqual(one, LanguageModel.Train(Text, options with { Seed = 4 }, cancellationToken: Token).Network.Parameters.ToArray());
    }

    /// <summary>Interrupted in an epoch and between two, the parameters, the best of all epochs and the losses are the same bits.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(186)]
    [InlineData(187)]
    [InlineData(300)]
    [InlineData(374)]
    [InlineData(561)]
    public void A_resumed_training_has_the_bits_of_one_without_an_interruption(int steps)
    {
        LanguageModelOptions options = Small with { Dropout = 0.1 };
        Tokenizer tokenizer = CharacterTokenizer.Learn([Text]);
        int[] tokens = tokenizer.Encode(Text);
        var whole = new LanguageModelTraining(tokens, tokenizer.VocabularySize, options);
        whole.Train(null, Token);
        using var stop = new CancellationTokenSource();
        var first = new LanguageModelTraining(tokens, tokenizer.VocabularySize, options)
        {
            StepFinished = step =>
            {
                if (step.Step == steps)
                {
                    stop.Cancel();
                }
            },
        };
        try
        {
            first.Train(null, stop.Token);
        }
        catch (OperationCanceledException)
        {
        }

        RecipeState state = first.State();
        Assert.Equal(steps, state.Trainer!.Steps);
        using var file = new MemoryStream();
        CheckpointFile.Save(state.Trainer, file);
        var saved = new RecipeState(false, [], state.History, CheckpointFile.Load<float>(file.ToArray()));
        var second = new LanguageModelTraining(tokens, tokenizer.VocabularySize, options, saved);
        second.Train(null, Token);
        Assert.Equal(whole.Network.Parameters.ToArray(), second.Network.Parameters.ToArray());
        Assert.Equal(
            whole.History.Select(report => (report.Epoch, report.Epochs, report.TrainingLoss, report.ValidationLoss)),
            second.History.Select(report => (report.Epoch, report.Epochs, report.TrainingLoss, report.ValidationLoss)));
        Assert.Equal(whole.EvaluateValidation(), second.EvaluateValidation());
    }

    [Fact]
    public void A_short_text_has_no_validation_and_a_shorter_one_is_rejected()
    {
        int[] tokens = [.. Enumerable.Range(0, 13).Select(i => i % 3)];
        var training = new LanguageModelTraining(tokens, 3, Small with { Steps = 3 });
        training.Train(null, Token);
        Assert.Equal((13, 0), training.Tokens);
        Assert.Null(training.EvaluateValidation());
        Assert.Null(Assert.Single(training.History).ValidationLoss);
        Assert.Contains(
            "has 12 tokens",
            Assert.Throws<ArgumentException>(() => LanguageModel.Train("abcabcabcabc", Small, cancellationToken: Token)).Message);
    }

    [Fact]
    public void Options_out_of_range_are_rejected()
    {
        LanguageModelOptions[] wrong =
        [
            Small with { Width = 0 }, Small with { Layers = 0 }, Small with { Heads = 0 }, Small with { Heads = 3 },
            Small with { Context = 0 }, Small with { Dropout = 1 }, Small with { Steps = 0 }, Small with { BatchSize = 0 },
            Small with { BatchSize = int.MaxValue }, Small with { Steps = int.MaxValue, BatchSize = 1 << 20 },
            Small with { LearningRate = 0 }, Small with { WeightDecay = double.NaN }, Small with { Threads = 0 },
        ];
        Assert.All(
            wrong,
            options => Assert.Throws<ArgumentOutOfRangeException>(
                nameof(options), () => LanguageModel.Train(Text, options, cancellationToken: Token)));
    }

    /// <summary>The rate of short trainings falls in all steps after the warmup, not at once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(160)]
    [InlineData(2000)]
    public void The_learning_rate_reaches_a_tenth_at_the_last_step(int steps)
    {
        Func<int, double> rate = LanguageModelTraining.LearningRate(Small with { Steps = steps, LearningRate = 1 });
        int warmup = int.Min(100, steps / 2);
        Assert.Equal(1, rate(warmup), 12);
        Assert.Equal(0.55, rate(warmup + ((steps - warmup) / 2)), steps == 1 ? 0.46 : 1e-12);
        Assert.Equal(0.1, rate(steps), 12);
    }

    [Fact]
    public void Sizes_are_counted_without_overflow()
    {
        Assert.Equal((8_589_935, 250), ((Small with { Steps = int.MaxValue }).Epochs, (Small with { Steps = int.MaxValue }).StepsOfEpoch));
        Assert.True(LanguageModel.CountParameters(3, Small with { Width = 1_518_500_249 }) > long.MaxValue);
    }

    [Fact]
    public void A_training_without_a_finite_loss_has_diverged() => Assert.Contains(
        "diverged",
        Assert.Throws<InvalidOperationException>(
            () => LanguageModel.Train(Text, Small with { Steps = 20, LearningRate = 1e30 }, cancellationToken: Token)).Message);

    private sealed class Reports(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
