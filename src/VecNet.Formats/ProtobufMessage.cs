using Google.Protobuf;

namespace VecNet.Formats;

/// <summary>A message of Protocol Buffers as a list of its fields, which can be written without generated classes.</summary>
/// <remarks>The bytes of tensors are not copied. The length of a message, which precedes it, is computed once it is complete.</remarks>
internal sealed class ProtobufMessage
{
    private readonly List<(int Size, Action<CodedOutputStream> Write)> fields = [];

    /// <summary>The bytes of all fields.</summary>
    private int Size => fields.Sum(entry => entry.Size);

    /// <summary>Adds an integer.</summary>
    internal ProtobufMessage Add(int number, long value) =>
        Add(number, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    /// <summary>Adds a float.</summary>
    internal ProtobufMessage Add(int number, float value) =>
        Add(number, WireFormat.WireType.Fixed32, CodedOutputStream.ComputeFloatSize(value), output => output.WriteFloat(value));

    /// <summary>Adds a string.</summary>
    internal ProtobufMessage Add(int number, string value) =>
        Add(number, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeStringSize(value), output => output.WriteString(value));

    /// <summary>Adds bytes, which must not change until the message is written.</summary>
    internal ProtobufMessage Add(int number, ReadOnlyMemory<byte> value)
    {
        ByteString bytes = UnsafeByteOperations.UnsafeWrap(value);
        return Add(
            number, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeBytesSize(bytes), output => output.WriteBytes(bytes));
    }

    /// <summary>Adds a message, which must be complete.</summary>
    internal ProtobufMessage Add(int number, ProtobufMessage value)
    {
        int size = value.Size;
        return Add(number, WireFormat.WireType.LengthDelimited, checked(CodedOutputStream.ComputeLengthSize(size) + size), output =>
        {
            output.WriteLength(size);
            value.WriteTo(output);
        });
    }

    /// <summary>Writes the fields in the order in which they were added.</summary>
    internal void WriteTo(CodedOutputStream output)
    {
        foreach ((int _, Action<CodedOutputStream> write) in fields)
        {
            write(output);
        }
    }

    private ProtobufMessage Add(int number, WireFormat.WireType type, int size, Action<CodedOutputStream> write)
    {
        void WriteField(CodedOutputStream output)
        {
            output.WriteTag(number, type);
            write(output);
        }

        fields.Add((CodedOutputStream.ComputeTagSize(number) + size, WriteField));
        return this;
    }
}
