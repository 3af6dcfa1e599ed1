namespace VecNet.Text;

/// <summary>The files of a module of sentence-transformers that is a fully connected layer behind pooling.</summary>
internal sealed class DenseFiles
{
    private const string Matrix = "linear.weight", Bias = "linear.bias";

    private readonly string path;
    private readonly EncoderWeights weights;
    private readonly EncoderActivation activation;
    private readonly bool hasBias;

    private DenseFiles(JsonFile json, string path)
    {
        this.path = path;
        Inputs = json.Number("in_features");
        Outputs = json.Number("out_features");
        hasBias = json.OptionalFlag("bias") ?? true;
        activation = ActivationOf(json);
        weights = InputFile.Named(path, () =>
        {
            EncoderWeights read = EncoderWeights.FromSafetensors(MappedFile.Open(path));
            read.CheckShape(Matrix, Outputs, Inputs);
            return hasBias || !read.Contains(Bias)
                ? read
                : throw new InvalidDataException($"there is a tensor '{Bias}', but 'bias' of config.json is false.");
        });
    }

    /// <summary>The length of the vectors that it takes.</summary>
    internal readonly int Inputs;

    /// <summary>The length of the vectors that it makes.</summary>
    internal readonly int Outputs;

    /// <summary>Reads the files of the module's folder.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or asks for something that is not supported.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    internal static DenseFiles Read(string folder)
    {
        JsonFile json = JsonFile.Read(Path.Combine(folder, "config.json"));
        string path = Path.Combine(folder, "model.safetensors");
        return Path.Exists(path)
            ? new(json, path)
            : throw new FileNotFoundException($"The folder of the module Dense has no model.safetensors: '{path}' does not exist.", path);
    }

    /// <summary>Takes the weights for inference.</summary>
    /// <param name="width">The length of the vectors before it.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, of another shape or type, or not finite.</exception>
    internal DenseLayer CreateLayer(int width) => InputFile.Named(path, () =>
    {
        if (Inputs != width)
        {
            throw new InvalidDataException($"the layer takes vectors of {Inputs} numbers; those before it have {width}.");
        }

        ReadOnlySpan<float> bias = hasBias ? weights.Get(Bias, Outputs).Values : new float[Outputs];
        return new DenseLayer(PackedMatrix.Pack([weights.Get(Matrix, Outputs, Inputs)], bias), activation);
    });

    /// <summary>The activation, which files name by its class in PyTorch.</summary>
    private static EncoderActivation ActivationOf(JsonFile json)
    {
        string name = json.OptionalText("activation_function") ?? throw json.Error("'activation_function' is missing.");
        return name[(name.LastIndexOf('.') + 1)..] switch
        {
            "Identity" => EncoderActivation.None,
            "Tanh" => EncoderActivation.Tanh,
            "ReLU" => EncoderActivation.Relu,
            "Sigmoid" => EncoderActivation.Sigmoid,
            "GELU" => EncoderActivation.Gelu,
            _ => throw json.Error(
                $"'activation_function' is '{name}'; supported are Identity, Tanh, ReLU, Sigmoid and GELU of torch.nn."),
        };
    }
}
