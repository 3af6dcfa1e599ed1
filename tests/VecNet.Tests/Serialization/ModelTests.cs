using System.Numerics;
using System.Text.Json;
using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Models written and read again, models of PyTorch, and models that do not fit.</summary>
public sealed class ModelTests
{
    [Fact]
    public void A_model_survives_its_file_bit_for_bit()
    {
        RoundTrip<float>();
        RoundTrip<double>();
    }

    /// <summary>Names and numbers of every kind survive.</summary>
    [Property]
    public void Names_survive(string? feature, string? target)
    {
        // Lone surrogates are no text: JSON cannot hold them.
        if ((feature + target).Any(char.IsSurrogate))
        {
            return;
        }

        using var directory = new TemporaryDirectory();
        var model = new Model<float>(new NeuralNetwork<float>(1, [new Tanh<float>()]), featureNames: [feature ?? ""], targetName: target);
        model.Save(directory.PathOf("m"));
        Model<float> again = Model.Load<float>(directory.PathOf("m"));
        Assert.Equal(model.FeatureNames, again.FeatureNames);
        Assert.Equal(target, again.TargetName);
    }

    [Fact]
    public void A_model_of_PyTorch_is_read_with_its_names_and_orientation()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory.PathOf("m"), Interop.Bytes("pytorch_mlp.safetensors"));
        JsonElement expected = Interop.Json("pytorch_mlp.json");
        float[] Data(string tensor) =>
            [.. expected.GetProperty(tensor).GetProperty("data").EnumerateArray().Select(x => (float)x.GetDouble())];

        var network = new NeuralNetwork<float>(6, 3, [16, 12], new ReLU<float>());
        Model.LoadParameters(network, directory.PathOf("m"));
        float[] actual = network.Predict(Data("input").AsView(5, 6), network.CreateInferenceWorkspace(5)).AsSpan().ToArray();
        float[] output = Data("output");
        for (int i = 0; i < output.Length; i++)
        {
            Assert.Equal(output[i], actual[i], 1e-6 + (1e-5 * Math.Abs(output[i])));
        }

        // And back: the same tensors under the same names, bit for bit.
        Model.SaveParameters(network, directory.PathOf("again"));
        SafetensorsFile theirs = SafetensorsFile.Read(directory.PathOf("m"));
        SafetensorsFile ours = SafetensorsFile.Read(directory.PathOf("again"));
        Assert.Equal(theirs.Tensors.Select(tensor => tensor.Name).Order(), ours.Tensors.Select(tensor => tensor.Name).Order());
        foreach (SafetensorsTensor tensor in theirs.Tensors)
        {
            SafetensorsTensor own = ours.Tensors.Single(other => other.Name == tensor.Name);
            Assert.Equal((tensor.Type, string.Join(",", tensor.Shape)), (own.Type, string.Join(",", own.Shape)));
            Assert.Equal(tensor.Data.ToArray(), own.Data.ToArray());
        }
    }

    /// <summary>A file from before composite layers were part of the plan keeps its meaning: names, order and values.</summary>
    [Fact]
    public void A_file_from_before_the_plan_gives_its_predictions()
    {
        Model<double> model = Model.Load<double>(SafetensorsFile.Read(Interop.Bytes("model_before_the_plan.bin")));
        var input = new TensorBuffer<double>(3, 5);
        for (int i = 0; i < input.Length; i++)
        {
            input.Span[i] = ((i * 7 % 11) - 5) / 4.0;
        }

        ReadOnlyTensorView<double> output = model.Network.Predict(input.View, model.Network.CreateInferenceWorkspace(3));
        double[,] expected =
        {
            { -0.513162090196483, 9.684345345103486, 2.305970713999131, 2.4622976815316546, 3.290904053365009 },
            { -0.47798161701084524, 4.075148951025152, 1.4123447570948913, 2.543873308998431, 1.329156035652944 },
            { -5.200668012129324, -0.8875155336436497, -1.501930252197669, 1.254042179937823, 2.985103088392838 },
        };
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                Assert.Equal(expected[row, column], output[row, column], 1e-12);
            }
        }
    }

    [Fact]
    public void A_network_that_does_not_fit_is_refused_and_left_as_it_was()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.PathOf("m");
        Model.SaveParameters(new NeuralNetwork<double>(3, 2, [4], new Tanh<double>()), path);
        NeuralNetwork<double>[] others =
        [
            new(3, 2, [5], new Tanh<double>(), seed: 1),
            new(4, 2, [4], new Tanh<double>(), seed: 1),
            new(3, 2, [], new Tanh<double>(), seed: 1),
            new(3, 2, [4, 4], new Tanh<double>(), seed: 1),
            new(3, [new FullyConnectedLayer<double>(4), new FullyConnectedLayer<double>(2)], seed: 1),
        ];
        foreach (NeuralNetwork<double> other in others)
        {
            double[] before = other.Parameters.ToArray();
            Assert.Contains(
                path,
                Assert.Throws<InvalidDataException>(() => Model.LoadParameters(other, path)).Message,
                StringComparison.Ordinal);
            Assert.Equal(before, other.Parameters.ToArray());
        }

        Assert.Contains(
            "LoadParameters", Assert.Throws<InvalidDataException>(() => Model.Load<double>(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_saved_leaves_the_old_file_and_nothing_else()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.PathOf("m");
        File.WriteAllText(path, "old");
        var model = new Model<double>(new NeuralNetwork<double>(3, [new Swish()]));
        Assert.Throws<NotSupportedException>(() => model.Save(path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Throws<IOException>(() => Model.SaveParameters(model.Network, directory.PathOf("no/such/place")));
        Assert.Equal(["m"], directory.Files);
    }

    /// <summary>Here the temporary file is complete, and cannot take the target's place.</summary>
    [Fact]
    public void A_target_that_cannot_be_replaced_leaves_no_temporary_file()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.PathOf("m"));
        Assert.ThrowsAny<Exception>(
            () => Model.SaveParameters(new NeuralNetwork<double>(3, [new Tanh<double>()]), directory.PathOf("m")));
        Assert.Empty(directory.Files);
    }

    /// <summary>Layers of a user are saved by their parameters, and read into a network of the same layers.</summary>
    [Fact]
    public void Layers_of_a_user_are_saved_by_their_parameters()
    {
        using var directory = new TemporaryDirectory();
        NeuralNetwork<double> Make(ulong seed) => new(3, [new FullyConnectedLayer<double>(4), new Swish(), new ScaleAndShift()], seed);
        NeuralNetwork<double> network = Make(1);
        Model.SaveParameters(network, directory.PathOf("m"));
        NeuralNetwork<double> again = Make(2);
        Model.LoadParameters(again, directory.PathOf("m"));
        Assert.Equal(network.Parameters.ToArray(), again.Parameters.ToArray());
    }

    /// <summary>
    /// A program that does not know of standardized targets would take their standardized values for predictions: it must refuse the file.
    /// </summary>
    [Fact]
    public void A_file_has_version_two_only_if_its_targets_are_standardized()
    {
        using var directory = new TemporaryDirectory();
        var network = new NeuralNetwork<float>(1, [new Tanh<float>()]);
        foreach (bool isStandardized in new[] { false, true })
        {
            new Model<float>(network) { TargetStandardization = isStandardized ? new([1], [2]) : null }.Save(directory.PathOf("m"));
            string description = SafetensorsFile.Read(directory.PathOf("m")).Metadata["vecnet"];
            Assert.StartsWith($"{{\"version\":{(isStandardized ? 2 : 1)},", description, StringComparison.Ordinal);
            Assert.Equal(isStandardized, Model.Load<float>(directory.PathOf("m")).TargetStandardization is not null);
        }

        AssertRefused("{\"version\":5,\"inputs\":1,\"layers\":[{\"name\":\"relu\"}]}", "reads versions 1 to 4");
        AssertRefused(
            "{\"version\":2,\"inputs\":1,\"layers\":[{\"name\":\"relu\"}],\"target_means\":[1,2],\"target_deviations\":[1,2]}",
            "2 standardized targets");
        AssertRefused("{\"version\":2,\"inputs\":1,\"layers\":[{\"name\":\"relu\"}],\"target_means\":[1]}", "damaged");
    }

    /// <summary>Without figures they only change the precision; names and features of the caller stay the caller's.</summary>
    [Fact]
    public void Inputs_are_prepared_and_outputs_restored_without_a_trace_at_the_caller()
    {
        var network = new NeuralNetwork<float>(2, 1, [], new ReLU<float>());
        string[] names = ["a", "b"];
        var plain = new Model<float>(network, featureNames: names);
        var full = new Model<float>(network, new Standardization<float>([1e9, 0], [1, 2])) { TargetStandardization = new([1e9], [0.5]) };
        names[0] = "changed";
        Assert.Equal(["a", "b"], plain.FeatureNames!);
        double[] features = [1_000_000_001, 0.1];
        float[] inputs = new float[2];
        plain.PrepareInputs(features, inputs);
        Assert.Equal([1e9f, 0.1f], inputs);
        full.PrepareInputs(features, inputs);
        full.PrepareInputs(features, inputs);
        Assert.Equal([1, 0.05f], inputs);
        Assert.Equal([1_000_000_001, 0.1], features);
        double[] prediction = new double[1];
        plain.RestoreOutputs(new[] { 0.5f }, prediction);
        Assert.Equal([0.5], prediction);
        full.RestoreOutputs(new[] { 0.5f }, prediction);
        Assert.Equal([1_000_000_000.25], prediction);
        foreach (Model<float> model in new[] { plain, full })
        {
            Assert.Equal("features", Assert.Throws<ArgumentException>(() => model.PrepareInputs(new double[3], inputs)).ParamName);
            Assert.Equal("outputs", Assert.Throws<ArgumentException>(() => model.RestoreOutputs(new float[2], prediction)).ParamName);
            Assert.Contains(
                "2", Assert.Throws<ArgumentException>(() => model.PrepareInputs(features, new float[3])).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// A few bytes of text may ask for any amount of memory: it is not allocated to find that the file has no such tensors.
    /// </summary>
    [Theory]
    [InlineData("2147483647", "{\"name\":\"fully_connected\",\"outputs\":2147483647}", "damaged")]
    [InlineData("3", "{\"name\":\"fully_connected\",\"outputs\":1}", "4 parameters")]
    [InlineData(
        "3", "{\"name\":\"fully_connected\",\"outputs\":20000},{\"name\":\"fully_connected\",\"outputs\":20000}", "400100000 parameters")]
    public void A_description_larger_than_its_file_is_refused_before_it_is_made(string inputs, string layers, string part)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused($"{{\"version\":1,\"inputs\":{inputs},\"layers\":[{layers}]}}", part);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void More_layers_than_anybody_wants_are_refused()
    {
        string Layers(int count) =>
            $"{{\"version\":1,\"inputs\":1,\"layers\":[{string.Join(',', Enumerable.Repeat("{\"name\":\"relu\"}", count))}]}}";
        AssertRefused(Layers(10_001), "10001 layers");
        using var directory = new TemporaryDirectory();
        Write(directory.PathOf("m"), Layers(10_000));
        Assert.Equal(10_000, Model.Load<double>(directory.PathOf("m")).Network.Layers.Count);
    }

    [Theory]
    [InlineData("classes", "[null]", "classes")]
    [InlineData("features", "[null]", "features")]
    [InlineData("classes", "[\"a\",\"b\"]", "2 class names")]
    [InlineData("classes", "[1]", "damaged")]
    [InlineData("classes", "null", "damaged")]
    public void Names_that_are_none_are_refused(string key, string names, string part) =>
        AssertRefused($"{{\"version\":1,\"inputs\":1,\"layers\":[{{\"name\":\"relu\"}}],\"{key}\":{names}}}", part);

    private static void AssertRefused(string description, string part)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.PathOf("m");
        Write(path, description);
        string message = Assert.Throws<InvalidDataException>(() => Model.Load<double>(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    /// <summary>A file without tensors.</summary>
    private static void Write(string path, string description)
    {
        using FileStream stream = File.Create(path);
        new SafetensorsFile([], new Dictionary<string, string> { ["vecnet"] = description }).Write(stream);
    }

    private static void RoundTrip<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var directory = new TemporaryDirectory();
        var network = new NeuralNetwork<T>(
            3,
            [
                new FullyConnectedLayer<T>(5), new ReLU<T>(), new Dropout<T>(0.25), new FullyConnectedLayer<T>(1), new Tanh<T>(),
                new FullyConnectedLayer<T>(2), new Sigmoid<T>(), new Softmax<T>(),
            ],
            seed: 9);
        T[] special = [T.NegativeZero, T.Epsilon, T.NaN, T.PositiveInfinity, T.BitDecrement(T.PositiveInfinity)];
        special.CopyTo(network.Weights[0].AsSpan());
        var standardization = new Standardization<T>([0.1, -1e300, 5e-324], [1.0 / 3, 1e300, 5e-324]);
        var model = new Model<T>(network, standardization, ["a", "b \"c\"", "ü\n"], ["yes", "no"], "target")
        {
            TargetStandardization = new([1e8 + 0.1, -1e300], [1.0 / 3, 5e-324]),
            HasNumericClasses = true,
        };
        model.Save(directory.PathOf("m"));
        Model<T> again = Model.Load<T>(directory.PathOf("m"));
        Bits.AssertSame<T>(network.Parameters, again.Network.Parameters, "parameters");
        Assert.Equal(network.Summary(), again.Network.Summary());
        Assert.Equal(standardization.Means, again.Standardization!.Means);
        Assert.Equal(standardization.Deviations, again.Standardization.Deviations);
        Assert.Equal(model.TargetStandardization.Means, again.TargetStandardization!.Means);
        Assert.Equal(model.TargetStandardization.Deviations, again.TargetStandardization.Deviations);
        Assert.True(again.HasNumericClasses);
        Assert.Equal(model.FeatureNames, again.FeatureNames);
        Assert.Equal(model.ClassNames, again.ClassNames);
        Assert.Equal(model.TargetName, again.TargetName);
        Assert.Equal(model.GetParametersHash(), again.GetParametersHash());
        Assert.Equal(0.25, again.Network.Layers.OfType<Dropout<T>>().Single().Probability);
        Assert.Equal(["m"], directory.Files);
    }
}
