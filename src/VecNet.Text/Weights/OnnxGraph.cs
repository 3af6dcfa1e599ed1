using System.Buffers.Binary;

namespace VecNet.Text;

/// <summary>What an encoder's ONNX graph says of its weights; the graph is not run.</summary>
/// <remarks>
/// PyTorch's export keeps the names of biases, embeddings and normalizations, but transposes the matrices and makes their names up. A
/// matrix gets its name from the bias that is added to its product: if MatMul(x, m) meets the initializer "a.bias" in an Add, m is
/// "a.weight". The number of heads follows from the number by which scores are divided, the root of a head's width.
/// </remarks>
internal sealed class OnnxGraph
{
    private const int Float = 1, External = 1;

    private readonly Dictionary<string, EncoderTensor> initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> writers = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> nodes = [];

    private OnnxGraph()
    {
    }

    /// <summary>The initializers of floats, those without a name of their own by that of their bias.</summary>
    internal EncoderWeights Weights { get; } = new();

    /// <summary>The width of a head, if the graph has the constant.</summary>
    internal int? HeadWidth { get; private set; }

    /// <summary>ε of the normalizations, if the graph has the constant.</summary>
    internal float? Epsilon { get; private set; }

    /// <summary>Whether the graph computes the error function, as GELU does.</summary>
    internal bool HasErrorFunction => nodes.Exists(node => node.Operation is "Erf");

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not an ONNX file, or its weights are elsewhere.</exception>
    internal static OnnxGraph Read(ReadOnlyMemory<byte> content)
    {
        var graph = new OnnxGraph();
        bool found = false;
        try
        {
            var model = new ProtobufReader(content);
            while (model.Next())
            {
                if (model.Field == 7)
                {
                    graph.ReadGraph(new(model.ReadBytes()));
                    found = true;
                }
                else
                {
                    model.Skip();
                }
            }
        }
        catch (InvalidDataException error) when (!found)
        {
            throw new InvalidDataException($"not an ONNX file: {error.Message}", error);
        }

        if (!found)
        {
            throw new InvalidDataException("not an ONNX file: it has no graph.");
        }

        graph.Connect();
        return graph;
    }

    private void ReadGraph(ProtobufReader graph)
    {
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case 1: ReadNode(new(graph.ReadBytes())); break;
                case 5: ReadInitializer(new(graph.ReadBytes())); break;
                default: graph.Skip(); break;
            }
        }
    }

    private void ReadNode(ProtobufReader message)
    {
        var node = new OnnxNode();
        double? number = null;
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1: node.Inputs.Add(message.ReadText()); break;
                case 2: node.Outputs.Add(message.ReadText()); break;
                case 4: node.Operation = message.ReadText(); break;
                case 5: number = ReadNumber(new(message.ReadBytes())) ?? number; break;
                default: message.Skip(); break;
            }
        }

        nodes.Add(node);
        foreach (string output in node.Outputs)
        {
            writers[output] = node;
            if (node.Operation == "Constant" && number is { } value)
            {
                constants[output] = value;
            }
        }
    }

    /// <summary>The number of an attribute that is a tensor of one float.</summary>
    private static double? ReadNumber(ProtobufReader attribute)
    {
        while (attribute.Next())
        {
            if (attribute.Field == 5)
            {
                (_, long type, _, ReadOnlyMemory<byte> bytes, _) = ReadTensor(new(attribute.ReadBytes()));
                return type == Float && bytes.Length == sizeof(float) ? BinaryPrimitives.ReadSingleLittleEndian(bytes.Span) : null;
            }

            attribute.Skip();
        }

        return null;
    }

    private void ReadInitializer(ProtobufReader message)
    {
        (string name, long type, List<long> shape, ReadOnlyMemory<byte> bytes, bool isElsewhere) = ReadTensor(message);
        if (isElsewhere)
        {
            throw new InvalidDataException($"the tensor '{name}' is in another file; only weights inside the ONNX file are read.");
        }

        Int128 elements = 1;
        foreach (long length in shape)
        {
            elements = length < 0 || elements < 0 || elements > int.MaxValue ? -1 : elements * length;
        }

        if (type == Float && elements * sizeof(float) != bytes.Length)
        {
            throw new InvalidDataException(
                $"the tensor '{name}' of shape [{string.Join(", ", shape)}] needs {sizeof(float)} bytes for each element; it has "
                + $"{bytes.Length} bytes.");
        }

        string? unread = type == Float ? null : $"ONNX's element type {type}; only floats, type 1,";
        initializers[name] = new(name, shape, bytes, unread: unread);
    }

    private static (string Name, long Type, List<long> Shape, ReadOnlyMemory<byte> Bytes, bool IsElsewhere) ReadTensor(
        ProtobufReader tensor)
    {
        (string name, long type, List<long> shape, ReadOnlyMemory<byte> bytes, bool isElsewhere) = ("", 0, [], default, false);
        while (tensor.Next())
        {
            switch (tensor.Field)
            {
                case 1: tensor.ReadIntegers(shape); break;
                case 2: type = tensor.ReadInteger(); break;
                case 4 or 9: bytes = tensor.ReadBytes(); break;
                case 8: name = tensor.ReadText(); break;
                case 14: isElsewhere = tensor.ReadInteger() == External; break;
                default: tensor.Skip(); break;
            }
        }

        return (name, type, shape, bytes, isElsewhere);
    }

    private void Connect()
    {
        foreach (EncoderTensor tensor in initializers.Values)
        {
            Weights.Add(tensor);
        }

        foreach (OnnxNode node in nodes.Where(node => node.Operation is "Add" or "Div" or "Mul" && node.Inputs.Count == 2))
        {
            for (int i = 0; i < 2; i++)
            {
                Connect(node.Operation, node.Inputs[i], writers.GetValueOrDefault(node.Inputs[1 - i]), isSecond: i == 1);
            }
        }
    }

    /// <summary>Looks at a node with an input and the node that writes its other input.</summary>
    private void Connect(string operation, string input, OnnxNode? other, bool isSecond)
    {
        bool isMatrixProduct = other is { Operation: "MatMul", Inputs.Count: 2 };
        EncoderTensor? matrix = isMatrixProduct ? initializers.GetValueOrDefault(other!.Inputs[1]) : null;
        if (operation == "Add" && matrix is { Shape.Count: 2 } && initializers.ContainsKey(input)
            && input.EndsWith(".bias", StringComparison.Ordinal))
        {
            Weights.Add(matrix.Named($"{input[..^5]}.weight"));
        }

        if (!constants.TryGetValue(input, out double number) || !(number > 0))
        {
            return;
        }

        if (operation == "Add" && other?.Operation == "ReduceMean")
        {
            Epsilon ??= (float)number;
        }
        else if (operation is "Div" or "Mul" && isSecond && isMatrixProduct && matrix is null)
        {
            HeadWidth ??= (int)Math.Round(operation == "Div" ? number * number : 1 / (number * number));
        }
    }

    /// <summary>A node of the graph.</summary>
    private sealed class OnnxNode
    {
        internal readonly List<string> Inputs = [];
        internal readonly List<string> Outputs = [];
        internal string Operation = "";
    }
}
