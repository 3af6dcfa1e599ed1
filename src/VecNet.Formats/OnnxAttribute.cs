namespace VecNet.Formats;

/// <summary>An attribute of an ONNX operator: an integer, a list of integers, a float, or a text.</summary>
internal readonly struct OnnxAttribute
{
    private const int Float = 1;
    private const int Int = 2;
    private const int Text = 3;
    private const int Ints = 7;

    private readonly string name;
    private readonly float number;
    private readonly string text = "";
    private readonly long[] numbers;
    private readonly int type;

    internal OnnxAttribute(string name, int number)
    {
        this.name = name;
        numbers = [number];
        type = Int;
    }

    internal OnnxAttribute(string name, long[] numbers)
    {
        this.name = name;
        this.numbers = numbers;
        type = Ints;
    }

    internal OnnxAttribute(string name, float number)
    {
        this.name = name;
        this.number = number;
        numbers = [];
        type = Float;
    }

    internal OnnxAttribute(string name, string text)
    {
        this.name = name;
        this.text = text;
        numbers = [];
        type = Text;
    }

    internal ProtobufMessage ToMessage()
    {
        ProtobufMessage message = new ProtobufMessage().Add(1, name);
        if (type == Float)
        {
            message.Add(2, number);
        }

        if (type == Text)
        {
            message.Add(4, text);
        }

        foreach (long value in numbers)
        {
            message.Add(type == Int ? 3 : 8, value);
        }

        return message.Add(20, type);
    }
}
