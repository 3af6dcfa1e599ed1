using System.Numerics;

namespace VecNet.Formats;

/// <summary>The graph of an ONNX file while it is built: nodes one behind the other, each taking the value of the one before.</summary>
/// <remarks>Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
internal sealed class OnnxGraph<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int AttributeInt = 2;
    private const string Input = "input";
    private const string Output = "output";

    private readonly List<(string Operator, string[] Constants, ProtobufMessage? Attribute)> nodes = [];
    private readonly List<ProtobufMessage> initializers = [];

    private static int ElementType => TypeNumber<T>();

    /// <summary>Applies an operator to the latest value and some constants.</summary>
    internal void Node(string name, params string[] constants) => nodes.Add((name, constants, null));

    /// <summary>Softmax over the features.</summary>
    internal void Softmax() => nodes.Add(("Softmax", [], new ProtobufMessage().Add(1, "axis").Add(3, -1).Add(20, AttributeInt)));

    /// <summary>From here on in double precision.</summary>
    internal void CastToDouble() => Cast(TypeNumber<double>());

    /// <summary>Back to the network's own precision.</summary>
    internal void CastToElement() => Cast(ElementType);

    /// <summary>A constant of one dimension, in double precision.</summary>
    /// <returns>Its name.</returns>
    internal string Vector(string name, ReadOnlySpan<double> values) => Initializer<double>(name, [values.Length], values);

    /// <summary>A constant matrix, or a vector if it has one row.</summary>
    /// <returns>Its name.</returns>
    internal string Matrix(string name, ReadOnlyTensorView<T> matrix) =>
        Initializer(name, matrix.Rows == 1 && name.EndsWith(".bias", StringComparison.Ordinal) ? [matrix.Columns] : [matrix.Rows, matrix.Columns], matrix);

    /// <summary>The whole graph; a network without an operator passes its input on.</summary>
    internal ProtobufMessage Complete(int inputs, int outputs)
    {
        if (nodes.Count == 0)
        {
            Node("Identity");
        }

        var graph = new ProtobufMessage();
        for (int i = 0; i < nodes.Count; i++)
        {
            (string name, string[] constants, ProtobufMessage? attribute) = nodes[i];
            var node = new ProtobufMessage().Add(1, i == 0 ? Input : $"value{i - 1}");
            foreach (string constant in constants)
            {
                node.Add(1, constant);
            }

            node.Add(2, i == nodes.Count - 1 ? Output : $"value{i}").Add(3, $"{i}.{name}").Add(4, name);
            if (attribute is not null)
            {
                node.Add(5, attribute);
            }

            graph.Add(1, node);
        }

        graph.Add(2, "VecNet");
        foreach (ProtobufMessage initializer in initializers)
        {
            graph.Add(5, initializer);
        }

        return graph.Add(11, Value(Input, inputs)).Add(12, Value(Output, outputs));
    }

    private static ProtobufMessage Value(string name, int features)
    {
        ProtobufMessage shape = new ProtobufMessage().Add(1, new ProtobufMessage().Add(2, "batch")).Add(1, new ProtobufMessage().Add(1, features));
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, ElementType).Add(2, shape)));
    }

    private static int TypeNumber<TElement>() => typeof(TElement) == typeof(float) ? 1 : 11;

    private void Cast(int type)
    {
        if (ElementType != TypeNumber<double>())
        {
            nodes.Add(("Cast", [], new ProtobufMessage().Add(1, "to").Add(3, type).Add(20, AttributeInt)));
        }
    }

    private string Initializer<TElement>(string name, int[] shape, ReadOnlyTensorView<TElement> values)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        var tensor = new ProtobufMessage();
        foreach (int length in shape)
        {
            tensor.Add(1, length);
        }

        initializers.Add(tensor.Add(2, TypeNumber<TElement>()).Add(8, name).Add(9, StoredArray.Of(values).Data));
        return name;
    }
}
