using VecNet.Extensions.Hosting;

namespace VecNet.Tests;

/// <summary>What a changed file must have in common with the model in use, and when it is accepted.</summary>
public sealed class ModelReloadCheckTests
{
    private static readonly string[] Features = ["length", "width", "height", "weight"];
    private static readonly string[] Species = ["setosa", "versicolor", "virginica"];

    /// <summary>The same counts in another order would be wrong predictions that nobody notices.</summary>
    [Fact]
    public void A_file_with_other_names_or_another_order_is_rejected()
    {
        using var program = new HostedProgram(model: Named(1, Features, Species, "species"));
        ModelPredictor<float> predictor = program.Predictor;
        string Reject(string[]? features, string[]? classes, string? target)
        {
            Named(2, features, classes, target).Save(program.File);
            Assert.False(predictor.Reload());
            Assert.IsType<InvalidDataException>(predictor.Failure);
            return predictor.Failure.Message[$"{program.File}: ".Length..];
        }

        Assert.Equal(
            "feature 1 of the model is 'height'; that of the model in use is 'width'.",
            Reject(["length", "height", "width", "weight"], Species, "species"));
        Assert.Equal(
            "class 0 of the model is 'versicolor'; that of the model in use is 'setosa'.",
            Reject(Features, ["versicolor", "setosa", "virginica"], "species"));
        Assert.Equal(
            "the target of the model is 'genus'; that of the model in use is 'species'.", Reject(Features, Species, "genus"));
        Assert.Equal(
            "feature 0 of the model is without a name; that of the model in use is 'length'.", Reject(null, Species, "species"));
        Assert.Equal(
            "class 0 of the model is without a name; that of the model in use is 'setosa'.", Reject(Features, null, "species"));
        Assert.Equal(
            "the target of the model is without a name; that of the model in use is 'species'.", Reject(Features, Species, null));
        Named(2, Features, Species, "species").Save(program.File);
        Assert.True(predictor.Reload());
        Assert.Null(predictor.Failure);
    }

    /// <summary>Callers give a text: the number of words that a model knows is not their concern.</summary>
    [Fact]
    public void A_model_of_texts_may_have_another_vocabulary()
    {
        TextClassifier<string> first = Colors("red fox", "red rose", "blue sea", "blue sky");
        TextClassifier<string> second = Colors("red fox and a rose", "red rose on a red house", "blue sea in the night", "blue sky");
        Assert.NotEqual(first.Model.Network.InputSize, second.Model.Network.InputSize);
        using var program = new HostedProgram(model: first.Model);
        ModelPredictor<float> predictor = program.Predictor;
        second.Save(program.File);
        Assert.True(predictor.Reload());
        Assert.Null(predictor.Failure);
        Assert.Equal(second.Predict("red house").Classes, predictor.PredictText("red house").Prediction.Classes);

        Named(1, null, ["r", "b", "g"], null).Save(program.File);
        Assert.False(predictor.Reload());
        Assert.Equal(
            $"{program.File}: the model takes 4 features and predicts 3 classes; the model in use takes a text and predicts 2 classes.",
            predictor.Failure!.Message);
    }

    [Fact]
    public void A_file_is_checked_again_after_a_failure_that_may_pass()
    {
        int checks = 0;
        Exception? error = null;
        using var program = new HostedProgram(new()
        {
            Validate = _ =>
            {
                checks++;
                if (error is not null)
                {
                    throw error;
                }
            },
        });
        ModelPredictor<float> predictor = program.Predictor;
        error = new IOException("The known predictions cannot be read.");
        HostedProgram.Flowers(2).Save(program.File);
        program.Clock.Tick(5);
        Assert.Equal((1, error), (predictor.Version.Number, predictor.Failure));
        Assert.True(checks > 3, $"{checks}");
        Assert.Equal(2, program.Logged.Length);
        error = null;
        program.Clock.Tick();
        Assert.Equal((2, null), (predictor.Version.Number, predictor.Failure));

        (checks, error) = (0, new InvalidDataException("The known predictions are others."));
        HostedProgram.Flowers(3).Save(program.File);
        program.Clock.Tick(5);
        Assert.Equal((1, error), (checks, predictor.Failure));
        error = null;
        program.Clock.Tick(5);
        Assert.Equal((1, 2), (checks, predictor.Version.Number));
        Assert.True(predictor.Reload());
        Assert.Equal((3, null), (predictor.Version.Number, predictor.Failure));
    }

    /// <summary>A file that is overwritten is first half new; nothing in it tells that from a model.</summary>
    [Fact]
    public void A_file_that_still_changes_is_not_used()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        byte[] old = File.ReadAllBytes(program.File);
        HostedProgram.Flowers(2).Save(program.Scratch["second"]);
        byte[] complete = File.ReadAllBytes(program.Scratch["second"]);
        int parameters = predictor.Model.Network.Parameters.Length * sizeof(float), place = old.Length - (parameters / 2);
        byte[] mixture = [.. complete[..place], .. old[place..]];
        DateTime time = File.GetLastWriteTimeUtc(program.File);
        void Write(byte[] content, int seconds)
        {
            File.WriteAllBytes(program.File, content);
            File.SetLastWriteTimeUtc(program.File, time.AddSeconds(seconds));
            program.Clock.Tick();
            Assert.Equal((1, null), (predictor.Version.Number, predictor.Failure));
        }

        Write(mixture, seconds: 1);
        Write(complete, seconds: 1);
        Write(complete, seconds: 2);
        Write(mixture, seconds: 2);
        Write(old, seconds: 3);
        Write(complete, seconds: 2);
        program.Clock.Tick();
        Assert.Equal((2, null), (predictor.Version.Number, predictor.Failure));
        double[] row = [6.3, 3.3, 6.0, 2.5];
        Assert.Equal(HostedProgram.Flowers(2).Predict(row).Classes, predictor.Predict(row).Prediction.Classes);

        // The program that says that the file is complete is believed.
        File.WriteAllBytes(program.File, mixture);
        Assert.True(predictor.Reload());
        Assert.Equal(3, predictor.Version.Number);
    }

    private static TextClassifier<string> Colors(params string[] texts) =>
        TextClassifier.Fit(texts, ["r", "r", "b", "b"], cancellationToken: TestContext.Current.CancellationToken);

    private static Model<float> Named(ulong seed, string[]? features, string[]? classes, string? target) =>
        new(new NeuralNetwork<float>(4, 3, [2], new ReLU<float>(), seed: seed), null, features, classes, target);
}
