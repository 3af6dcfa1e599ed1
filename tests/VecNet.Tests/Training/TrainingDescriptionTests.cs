using System.Globalization;
using System.Reflection;
using System.Text.Json;
using VecNet.Mpi;

namespace VecNet.Tests;

/// <summary>
/// A training goes on only with what it was begun with: what differs is refused by name, before anything is changed or allocated.
/// </summary>
public sealed class TrainingDescriptionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Forms => EveryOptimizer<float>.Names;

    public static TheoryData<string> LayerNames => [.. EveryLayer.Names];

    [Fact]
    public void Another_optimizer_is_refused_by_name()
    {
        TrainingCheckpoint<float> checkpoint = CheckpointOf(new Adam<float>());
        const string Made = "The checkpoint was made with Adam ";
        const string All = Made + "(beta1 = 0.9, beta2 = 0.999, epsilon = 1E-08, weightDecay = 0); the optimizer is ";
        AssertRefused(checkpoint, new RmsProp<float>(momentum: 0.9), All
            + "RmsProp (alpha = 0.99, epsilon = 1E-08, momentum = 0.9, centered = false, weightDecay = 0).");
        AssertRefused(
            checkpoint, new AdamW<float>(weightDecay: 0), All + "AdamW (beta1 = 0.9, beta2 = 0.999, epsilon = 1E-08, weightDecay = 0).");
        AssertRefused(checkpoint, new Sgd<float>(0.1), All + "Sgd (momentum = 0, weightDecay = 0, nesterov = false).");
        AssertRefused(checkpoint, new Adam<float>(beta2: 0.99), Made + "(beta2 = 0.999); the optimizer is Adam (beta2 = 0.99).");
        AssertRefused(checkpoint, new Adam<float>(beta1: 0.8, weightDecay: 0.1), Made
            + "(beta1 = 0.9, weightDecay = 0); the optimizer is Adam (beta1 = 0.8, weightDecay = 0.1).");
        AssertRefused(
            checkpoint, new Adam<float>(beta2: 0.9990000001), Made + "(beta2 = 0.999); the optimizer is Adam (beta2 = 0.9990000001).");
        AssertRefused(checkpoint, new OwnOptimizer(), All + "OwnOptimizer.");
    }

    /// <summary>Every form into every other one; into its own it goes on.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void A_checkpoint_goes_into_no_other_form_of_optimizer(string form)
    {
        TrainingCheckpoint<float> checkpoint = CheckpointOf(EveryOptimizer<float>.All[form].Sample);
        foreach (string other in EveryOptimizer<float>.All.Keys.Where(other => other != form))
        {
            AssertRefused(checkpoint, EveryOptimizer<float>.All[other].Sample, "The checkpoint was made with ");
        }

        Trainer<float> trainer = TrainerOf(Network(2, 8, 2), EveryOptimizer<float>.All[form].Sample, Options);
        trainer.Resume(checkpoint);
        trainer.Train(Data(2, 2), cancellationToken: Token);
    }

    /// <summary>
    /// Networks of 2-3-2, 3-4-2 and 2-8-2 have as many parameters as one another, the gaps between aligned matrices included.
    /// </summary>
    [Fact]
    public void Another_network_is_refused_by_name()
    {
        TrainingCheckpoint<float> checkpoint = CheckpointOf(new Adam<float>());
        Assert.Equal(checkpoint.Parameters.Count, Network(2, 3, 2).Parameters.Length);
        Assert.Equal(checkpoint.Parameters.Count, Network(3, 4, 2).Parameters.Length);
        AssertRefused(
            checkpoint,
            new Adam<float>(),
            "The checkpoint was made with 0.fully_connected (outputs = 8, "
            + "inputs → outputs = 2 → 8, shape of weight = 2 × 8, shape of bias = 1 × 8); "
            + "the layer is 0.fully_connected (outputs = 3, inputs → outputs = 2 → 3, shape of weight = 2 × 3, shape of bias = 1 × 3).",
            Network(2, 3, 2));
        AssertRefused(
            checkpoint, new Adam<float>(), "The checkpoint was made with a network of 2 inputs; the network has 3.", Network(3, 4, 2));
        AssertRefused(
            checkpoint,
            new Adam<float>(),
            "The checkpoint was made with 1.relu (inputs → outputs = 8 → 8); the layer is 1.tanh (inputs → outputs = 8 → 8).",
            new(2, 2, [8], new Tanh<float>()));
        AssertRefused(
            checkpoint,
            new Adam<float>(),
            "The checkpoint was made with 3 layers and connections, nested ones included; the network has 4.",
            new(2, [new FullyConnectedLayer<float>(8), new ReLU<float>(), new FullyConnectedLayer<float>(2), new Softmax<float>()]));
        TrainerOf(new(2, 2, [8], new ReLU<float>(), WeightInitialization.HeNormal, seed: 9), new Adam<float>(), Options).Resume(checkpoint);
    }

    /// <summary>Options that no parameter's shape tells, in a layer itself and in one inside two others.</summary>
    [Fact]
    public void A_layer_with_another_option_is_refused_wherever_it_lies()
    {
        static NeuralNetwork<float> With(ILayer<float> layer, bool inside) =>
            new(2, [inside ? new Residual<float>(new Sequential<float>(layer)) : layer, new FullyConnectedLayer<float>(2)]);
        foreach (bool inside in new[] { false, true })
        {
            TrainingCheckpoint<float> checkpoint = CheckpointOf(new Adam<float>(), With(new Dropout<float>(0.25), inside));
            string number = inside ? "0.0.0" : "0";
            AssertRefused(
                checkpoint,
                new Adam<float>(),
                $"The checkpoint was made with {number}.dropout (probability = 0.25); the layer is {number}.dropout (probability = 0.5).",
                With(new Dropout<float>(0.5), inside));
        }
    }

    /// <summary>
    /// What a model file has to keep of a layer is what a checkpoint has to compare: a new option that is in one is in the other.
    /// </summary>
    [Theory]
    [MemberData(nameof(LayerNames))]
    public void A_layers_options_are_those_of_its_description_in_a_file(string name)
    {
        ILayer<double> layer = EveryLayer.Make<double>(name, 5);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            LayerDescription.WriteAll(json, "layers", [layer]);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        string[] inFile = [.. document.RootElement.GetProperty("layers")[0].EnumerateObject()
            .Where(property => property.Name is not ("name" or "layers" or "branches"))
                .Select(property => $"{property.Name} = {property.Value}")
                .Order(StringComparer.OrdinalIgnoreCase)];
        string[] options = [.. layer.Options
            .Select(option => FormattableString.Invariant($"{option.Key} = {option.Value}"))
            .Order(StringComparer.OrdinalIgnoreCase)];
        Assert.Equal(inFile, options, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whatever an optimizer is made with, the learning rate excepted, is among its options, under the parameter's name.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void An_optimizers_options_are_what_it_was_made_with(string form)
    {
        OptimizerEntry<double> entry = EveryOptimizer<double>.All[form];
        Optimizer<double> optimizer = entry.Sample;
        IEnumerable<string?> made = optimizer.GetType().GetConstructors().Single().GetParameters().Select(parameter => parameter.Name)
            .Where(name => name != "learningRate");
        Assert.Equal(made.Order(StringComparer.Ordinal), optimizer.Options.Select(option => option.Key).Order(StringComparer.Ordinal));
        Assert.Equal(entry.Options.Select(option => option.Name), optimizer.Options.Select(option => option.Key));
        IEnumerable<double> numbers = optimizer.Options.Select(option => Convert.ToDouble(option.Value, CultureInfo.InvariantCulture));
        Assert.Equal(entry.Options.Select(option => option.Sample), numbers);
    }

    /// <summary>
    /// Each option of a trainer is either compared or said to be one that may differ; a new one has to be named here or there.
    /// </summary>
    [Fact]
    public void Every_option_of_a_trainer_is_compared_or_may_differ()
    {
        string[] mayDiffer = ["Epochs", "LearningRate", "LearningRateOfStep", "StepFinished", "Threads"];
        using ICommunicator alone = InProcessCommunicator.CreateGroup(1)[0];
        var all = new TrainerOptions
        {
            MaxBatchTokens = 100, BucketByLength = true, TruncationLength = 10, Distributed = new DataParallelTraining(alone),
        };
        IEnumerable<string> compared = all.Kept.SelectMany(option => option.Key.Split(" or "))
            .Select(name => name == "Shards" ? "Distributed" : name);
        Assert.Equal(
            typeof(TrainerOptions)
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(property => property.Name)
                .Order(StringComparer.Ordinal),
            compared.Concat(mayDiffer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Other_options_of_the_trainer_are_refused_by_name_and_others_may_differ()
    {
        TrainingCheckpoint<float> checkpoint = CheckpointOf(new Adam<float>());
        AssertRefusedOptions(Options with { BatchSize = 5 }, "(BatchSize = 4); the trainer has TrainerOptions (BatchSize = 5)");
        AssertRefusedOptions(Options with { Seed = 1 }, "(Seed = 0); the trainer has TrainerOptions (Seed = 1)");
        AssertRefusedOptions(
            Options with { AccumulatedBatches = 2 }, "(AccumulatedBatches = 1); the trainer has TrainerOptions (AccumulatedBatches = 2)");
        AssertRefusedOptions(
            Options with { MaxGradientNorm = 0.5 }, "(MaxGradientNorm = none); the trainer has TrainerOptions (MaxGradientNorm = 0.5)");
        AssertRefusedOptions(
            Options with { MaxGradientValue = 0.5 }, "(MaxGradientValue = none); the trainer has TrainerOptions (MaxGradientValue = 0.5)");
        AssertRefusedOptions(
            Options with { KeepBest = true },
            "(KeepBest or Patience = false); the trainer has TrainerOptions (KeepBest or Patience = true)");
        TrainerOptions others = Options with
        {
            Epochs = 7, Threads = 2, LearningRate = LearningRateSchedule.Constant(0.1),
            LearningRateOfStep = LearningRateSchedule.Constant(0.1), StepFinished = _ => { },
        };
        Trainer<float> trainer = TrainerOf(Network(2, 8, 2), new Adam<float>(0.5), others);
        trainer.Resume(checkpoint);
        Assert.Equal(7, trainer.Train(Data(2, 2), cancellationToken: Token).Epoch);

        void AssertRefusedOptions(TrainerOptions options, string message) =>
            AssertRefused(checkpoint, new Adam<float>(), message, null, options);
    }

    [Fact]
    public void Another_loss_is_refused_by_name()
    {
        TrainingCheckpoint<float> checkpoint = CheckpointOf(new Adam<float>());
        (ILoss<float> Loss, string Part)[] others =
        [
            (
                new SoftmaxCrossEntropy<float>(labelSmoothing: 0.1),
                "(label smoothing = 0); the loss is SoftmaxCrossEntropy (label smoothing = 0.1)."),
            (new SoftmaxCrossEntropy<float>([1, 2]), "(class weights = ); the loss is SoftmaxCrossEntropy (class weights = 1, 2)."),
            (
                new SoftmaxCrossEntropy<float>(ignoredClass: 1),
                "(ignored class = none); the loss is SoftmaxCrossEntropy (ignored class = 1)."),
            (
                new SoftmaxCrossEntropy<float>(reduction: Reduction.Sum),
                "(reduction = Mean); the loss is SoftmaxCrossEntropy (reduction = Sum)."),
            (new CategoricalCrossEntropy<float>(), "; the loss is CategoricalCrossEntropy (reduction = Mean, ignored class = none)."),
        ];
        foreach ((ILoss<float> loss, string part) in others)
        {
            string message = Assert.Throws<ArgumentException>(
                "checkpoint", () => TrainerOf(Network(2, 8, 2), new Adam<float>(), Options, loss).Resume(checkpoint)).Message;
            Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Whatever a loss is made with is among its options, under the parameter's name in words; two of them are properties of every loss.
    /// </summary>
    [Fact]
    public void The_options_of_a_loss_are_what_it_was_made_with()
    {
        foreach (ILoss<double> loss in EveryLoss<double>.All.Values.Select(loss => loss.Make(3, Reduction.Mean)))
        {
            IEnumerable<string> made = loss.GetType().GetConstructors().Single().GetParameters()
                .Select(parameter => Words(parameter.Name!))
                .Where(name => name is not ("reduction" or "ignored class"));
            Assert.Equal(made.Order(StringComparer.Ordinal), loss.Options.Select(option => option.Key).Order(StringComparer.Ordinal));
        }

        static string Words(string name) =>
            string.Concat(name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
    }

    /// <summary>Every loss with every choice into every other one; into its own it goes on.</summary>
    [Fact]
    public void A_checkpoint_goes_into_no_other_loss()
    {
        Trainer<double> Of(ILoss<double> loss) => new(LossAverageTests.Fixed(), new Sgd<double>(0.1), loss, Options);
        (LossEntry<double> Case, Reduction Reduction)[] losses =
            [.. EveryLoss<double>.All.Values.SelectMany(loss => Enum.GetValues<Reduction>().Select(reduction => (loss, reduction)))];
        var features = new TensorBuffer<double>(3, 1);
        var targets = new TensorBuffer<double>(3, 2);
        targets.Span.Fill(0.5);
        foreach ((LossEntry<double> made, Reduction reduction) in losses)
        {
            Trainer<double> trainer = Of(made.Make(2, reduction));
            trainer.Train(new(features, targets), cancellationToken: Token);
            TrainingCheckpoint<double> checkpoint = trainer.Checkpoint();
            Of(made.Make(2, reduction)).Resume(checkpoint);
            foreach ((LossEntry<double> other, Reduction otherReduction) in losses)
            {
                if (other != made || otherReduction != reduction)
                {
                    Assert.Throws<ArgumentException>("checkpoint", () => Of(other.Make(2, otherReduction)).Resume(checkpoint));
                }
            }
        }
    }

    /// <summary>The description is in the file, whatever the culture, and means the same when it has been read.</summary>
    [Fact]
    public void A_checkpoint_file_keeps_the_description()
    {
        using var scratch = new ScratchDirectory();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            CheckpointFile.Save(CheckpointOf(new Adam<float>(beta2: 0.998)), scratch["checkpoint"]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        using var json = JsonDocument.Parse(SafetensorsFile.Read(scratch["checkpoint"]).Metadata["vecnet.checkpoint"]);
        JsonElement description = json.RootElement.GetProperty("description");
        Assert.Equal("0.998", description.GetProperty("optimizer").GetProperty("options").GetProperty("beta2").GetString());
        Assert.Equal("2 × 8", description.GetProperty("layers")[0].GetProperty("options").GetProperty("shape of weight").GetString());
        TrainingCheckpoint<float> read = CheckpointFile.Load<float>(scratch["checkpoint"]);
        TrainerOf(Network(2, 8, 2), new Adam<float>(beta2: 0.998), Options).Resume(read);
        AssertRefused(read, new Adam<float>(), "(beta2 = 0.998); the optimizer is Adam (beta2 = 0.999).");
    }

    /// <summary>
    /// A layer and an optimizer that were written before there were descriptions, and ones that say what they were made with.
    /// </summary>
    [Fact]
    public void Layers_and_optimizers_of_the_user_go_on_too()
    {
        static NeuralNetwork<double> Own(ILayer<double> layer) => new(2, [layer, new FullyConnectedLayer<double>(2)]);
        static Trainer<double> Of(ILayer<double> layer, IOptimizer<double> optimizer) =>
            new(Own(layer), optimizer, new SoftmaxCrossEntropy<double>(), Options);
        var data = new Dataset<double>(new TensorBuffer<double>(6, 2), [0, 1, 0, 1, 0, 1]);
        Trainer<double> trainer = Of(new ScaleAndShift(), new OwnDoubleOptimizer(3));
        trainer.Train(data, cancellationToken: Token);
        TrainingCheckpoint<double> checkpoint = trainer.Checkpoint();
        Of(new ScaleAndShift(), new OwnDoubleOptimizer(3)).Resume(checkpoint);
        Assert.Contains(
            "0.scale_and_shift",
            Assert.Throws<ArgumentException>("checkpoint", () => Of(new Swish(), new OwnDoubleOptimizer(3)).Resume(checkpoint)).Message,
            StringComparison.Ordinal);
        string message = Assert.Throws<ArgumentException>(
            "checkpoint", () => Of(new ScaleAndShift(), new OwnDoubleOptimizer(4)).Resume(checkpoint)).Message;
        Assert.StartsWith(
            "The checkpoint was made with own (power = 3); the optimizer is own (power = 4).", message, StringComparison.Ordinal);
    }

    /// <summary>Their type's name, which is what a list says of itself, would be the same for all of them.</summary>
    [Fact]
    public void Options_that_are_lists_are_compared_by_their_elements()
    {
        static Trainer<double> Of(params double[] rates) =>
            new(LossAverageTests.Fixed(), new ListOptimizer(rates), new SoftmaxCrossEntropy<double>(), Options);
        Trainer<double> trainer = Of(0.5, 2);
        trainer.Train(LossAverageTests.Data([1, 2], [0, 1]), cancellationToken: Token);
        TrainingCheckpoint<double> checkpoint = trainer.Checkpoint();
        Of(0.5, 2).Resume(checkpoint);
        string message = Assert.Throws<ArgumentException>("checkpoint", () => Of(0.5, 3).Resume(checkpoint)).Message;
        const string Expected =
            "The checkpoint was made with ListOptimizer (rates = 0.5, 2); the optimizer is ListOptimizer (rates = 0.5, 3).";
        Assert.StartsWith(Expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_are_named_twice_are_refused()
    {
        KeyValuePair<string, string> option = new("a", "1");
        Assert.Contains(
            "'a'",
            Assert.Throws<ArgumentException>("options", () => new ComponentDescription("x", [option, option])).Message,
            StringComparison.Ordinal);
        Assert.Equal(new("x", [option, new("b", "2")]), new ComponentDescription("x", [new("b", "2"), option]));
        Assert.Equal(
            new ComponentDescription("x", [option, new("b", "2")]).GetHashCode(),
            new ComponentDescription("x", [new("b", "2"), option]).GetHashCode());
        Assert.NotEqual(new("x", [option]), new ComponentDescription("x", [option, new("b", "2")]));
        Assert.NotEqual(new("x", [option]), new ComponentDescription("y", [option]));
    }

    private static TrainerOptions Options => new() { Epochs = 2, BatchSize = 4 };

    private static NeuralNetwork<float> Network(int inputs, int hidden, int outputs) =>
        new(inputs, outputs, [hidden], new ReLU<float>(), seed: 1);

    private static Dataset<float> Data(int inputs, int classes)
    {
        var features = new TensorBuffer<float>(10, inputs);
        Matrix<float, Ordinary>.Fill(features.View, 3);
        return new(features, [.. Enumerable.Range(0, 10).Select(row => row % classes)]);
    }

    private static Trainer<float> TrainerOf(
        NeuralNetwork<float> network, IOptimizer<float> optimizer, TrainerOptions options, ILoss<float>? loss = null) =>
        new(network, optimizer, loss ?? new SoftmaxCrossEntropy<float>(), options);

    private static TrainingCheckpoint<float> CheckpointOf(IOptimizer<float> optimizer, NeuralNetwork<float>? network = null)
    {
        Trainer<float> trainer = TrainerOf(network ?? Network(2, 8, 2), optimizer, Options);
        trainer.Train(Data(2, 2), cancellationToken: Token);
        return trainer.Checkpoint();
    }

    /// <summary>
    /// Refused, with network and optimizer as they were: an optimizer that had made room for a state would be fixed to its length.
    /// </summary>
    private static void AssertRefused(
        TrainingCheckpoint<float> checkpoint, IOptimizer<float> optimizer, string message,
        NeuralNetwork<float>? network = null, TrainerOptions? options = null)
    {
        network ??= Network(2, 8, 2);
        float[] parameters = network.Parameters.ToArray();
        double rate = optimizer.LearningRate;
        string actual = Assert.Throws<ArgumentException>(
            nameof(checkpoint), () => TrainerOf(network, optimizer, options ?? Options).Resume(checkpoint)).Message;
        Assert.Contains(message, actual, StringComparison.Ordinal);
        Assert.Equal(parameters, network.Parameters.ToArray());
        Assert.Equal((rate, 0), (optimizer.LearningRate, optimizer.StepCount));
        optimizer.Step(new float[3], new float[3]);
    }

    private sealed class OwnOptimizer : IOptimizer<float>
    {
        public double LearningRate { get; set; } = 0.1;

        public void Step(Span<float> parameters, ReadOnlySpan<float> gradients)
        {
        }
    }

    private sealed class ListOptimizer(double[] rates) : IOptimizer<double>
    {
        public IReadOnlyList<KeyValuePair<string, object>> Options => [new("rates", rates)];

        public double LearningRate { get; set; } = 0.1;

        public void Step(Span<double> parameters, ReadOnlySpan<double> gradients)
        {
        }
    }

    private sealed class OwnDoubleOptimizer(int power) : IOptimizer<double>
    {
        public string Name => "own";

        public IReadOnlyList<KeyValuePair<string, object>> Options => [new("power", power), new("text", "a \"b\"")];

        public double LearningRate { get; set; } = 0.1;

        public void Step(Span<double> parameters, ReadOnlySpan<double> gradients)
        {
        }
    }
}
