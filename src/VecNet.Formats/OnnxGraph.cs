using System.Numerics;

namespace VecNet.Formats;

/// <summary>Builds the graph of an ONNX file: its nodes refer to their inputs and outputs by name.</summary>
/// <remarks>Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
internal sealed class OnnxGraph<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of the graph's input.</summary>
    internal const string Input = "input";

    /// <summary>The name of the dimension of the input's rows.</summary>
    internal const string Batch = "batch";

    /// <summary>The number of the type of doubles.</summary>
    internal const int Double = 11;

    private const int Float = 1;
    private const int WholeNumberType = 7;
    private const string Output = "output";

    private readonly List<(string Operator, string[] Inputs, OnnxAttribute[] Attributes)> nodes = [];
    private readonly List<ProtobufMessage> initializers = [];
    private readonly HashSet<string> names = [];

    /// <summary>
    /// Whether the graph's input is in double precision, whatever the precision of the network: digits that are rounded off are lost.
    /// </summary>
    internal bool HasDoubleInput { get; set; }

    /// <summary>Whether the graph's output is in double precision.</summary>
    internal bool HasDoubleOutput { get; set; }

    private static int ElementType => TypeNumber<T>();

    /// <summary>Applies an operator.</summary>
    /// <returns>The name of the result.</returns>
    internal string Node(string name, string[] inputs, params OnnxAttribute[] attributes)
    {
        nodes.Add((name, inputs, attributes));
        return $"value{nodes.Count - 1}";
    }

    /// <summary>Applies an operator without attributes.</summary>
    /// <returns>The name of the result.</returns>
    internal string Node(string name, params string[] inputs) => Node(name, inputs, []);

    /// <summary>Converts a value to double precision.</summary>
    internal string ToDouble(string value) => ElementType == TypeNumber<double>() ? value : Cast(value, TypeNumber<double>());

    /// <summary>Converts a value to the precision of the network.</summary>
    internal string ToElement(string value) => ElementType == TypeNumber<double>() ? value : Cast(value, ElementType);

    /// <summary>Converts a value to single precision, for an operator that has no other.</summary>
    internal string ToSingle(string value) => ElementType == Float ? value : Cast(value, Float);

    /// <summary>Converts a value in single precision to the precision of the network.</summary>
    internal string FromSingle(string value) => ElementType == Float ? value : Cast(value, ElementType);

    /// <summary>Converts integers to the precision of the network.</summary>
    internal string FromWholeNumbers(string value) => Cast(value, ElementType);

    /// <summary>Converts a value to integers, for indices.</summary>
    internal string ToWholeNumbers(string value) => Cast(value, WholeNumberType);

    /// <summary>Adds a constant vector in double precision, unless the graph already has it.</summary>
    /// <returns>The name of the constant.</returns>
    internal string Vector(string name, ReadOnlySpan<double> values) =>
        names.Contains(name) ? name : Initializer<double>(name, [values.Length], values);

    /// <summary>Adds a constant vector, the only row of a matrix, unless the graph already has it.</summary>
    /// <returns>The name of the constant.</returns>
    internal string Vector(string name, ReadOnlyTensorView<T> row) =>
        names.Contains(name) ? name : Initializer(name, [row.Columns], row);

    /// <summary>Adds a constant matrix, unless the graph already has it.</summary>
    /// <returns>The name of the constant.</returns>
    internal string Matrix(string name, ReadOnlyTensorView<T> matrix) =>
        names.Contains(name) ? name : Initializer(name, [matrix.Rows, matrix.Columns], matrix);

    /// <summary>Adds a constant tensor in single precision.</summary>
    /// <returns>The name of the constant.</returns>
    internal string Floats(string name, int[] shape, ReadOnlySpan<float> values) => Initializer<float>(name, shape, values);

    /// <summary>Adds a constant vector of integers, unless the graph already has it.</summary>
    /// <returns>The name of the constant.</returns>
    internal string WholeNumbers(string name, params ReadOnlySpan<long> values)
    {
        if (names.Add(name))
        {
            ProtobufMessage tensor = new ProtobufMessage().Add(1, values.Length).Add(2, WholeNumberType);
            foreach (long value in values)
            {
                tensor.Add(7, value);
            }

            initializers.Add(tensor.Add(8, name));
        }

        return name;
    }

    /// <summary>Adds a constant integer, unless the graph already has it.</summary>
    /// <returns>The name of the constant.</returns>
    internal string WholeNumber(string name, long value)
    {
        if (names.Add(name))
        {
            initializers.Add(new ProtobufMessage().Add(2, WholeNumberType).Add(7, value).Add(8, name));
        }

        return name;
    }

    /// <summary>Adds a constant number, unless the graph already has it.</summary>
    /// <returns>The name of the constant.</returns>
    internal string Number(double value) => Number<T>(value);

    /// <summary>Adds a constant number in a given precision, unless the graph already has it.</summary>
    /// <returns>The name of the constant.</returns>
    internal string Number<TElement>(double value)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TElement[] values = [TElement.CreateTruncating(value)];
        string type = TypeNumber<TElement>() == TypeNumber<float>() ? "float" : "double";
        string name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{type} {value:R}");
        return names.Contains(name) ? name : Initializer<TElement>(name, [], values);
    }

    /// <summary>Completes the graph; a network without operators becomes an Identity.</summary>
    /// <param name="result">The name of the value that becomes the graph's output.</param>
    /// <param name="inputs">The number of features of the input.</param>
    /// <param name="outputs">The number of features of the output.</param>
    /// <param name="rows">The name of the dimension of the output's rows.</param>
    internal ProtobufMessage Complete(string result, int inputs, int outputs, string rows)
    {
        if (result == Input)
        {
            result = Node("Identity", Input);
        }

        var graph = new ProtobufMessage();
        for (int i = 0; i < nodes.Count; i++)
        {
            (string name, string[] taken, OnnxAttribute[] attributes) = nodes[i];
            var node = new ProtobufMessage();
            foreach (string value in taken)
            {
                node.Add(1, Final(value));
            }

            node.Add(2, Final($"value{i}")).Add(3, $"{i}.{name}").Add(4, name);
            foreach (OnnxAttribute attribute in attributes)
            {
                node.Add(5, attribute.ToMessage());
            }

            graph.Add(1, node);
        }

        graph.Add(2, "VecNet");
        foreach (ProtobufMessage initializer in initializers)
        {
            graph.Add(5, initializer);
        }

        return graph.Add(11, Value(Input, Batch, inputs, HasDoubleInput)).Add(12, Value(Output, rows, outputs, HasDoubleOutput));

        string Final(string value) => value == result ? Output : value;
    }

    private static ProtobufMessage Value(string name, string rows, int features, bool isDouble)
    {
        int type = isDouble ? TypeNumber<double>() : ElementType;
        ProtobufMessage shape = new ProtobufMessage().Add(1, new ProtobufMessage().Add(2, rows)).Add(
            1, new ProtobufMessage().Add(1, features));
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, type).Add(2, shape)));
    }

    private static int TypeNumber<TElement>() => typeof(TElement) == typeof(float) ? Float : Double;

    private string Cast(string value, int type) => Node("Cast", [value], new OnnxAttribute("to", type));

    private string Initializer<TElement>(string name, int[] shape, ReadOnlyTensorView<TElement> values)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        var tensor = new ProtobufMessage();
        foreach (int length in shape)
        {
            tensor.Add(1, length);
        }

        names.Add(name);
        initializers.Add(tensor.Add(2, TypeNumber<TElement>()).Add(8, name).Add(9, StoredArray.FromMatrix(values).Data));
        return name;
    }
}
