using System.Text.Json;
using System.Text.Json.Serialization;

namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>One row of a comparison: what every library computes, with a number of threads.</summary>
internal abstract record ComparedRow(Precision Precision, int Threads)
{
    private static readonly JsonSerializerOptions Words = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The row's unique name, for example <c>512³ Aᵀ·B float64, 2 threads</c>.</summary>
    internal string Name => $"{ShortName}{(Threads == 1 ? "" : $", {Threads} threads")}";

    /// <summary>The name without the number of threads.</summary>
    internal abstract string ShortName { get; }

    /// <summary>Floating-point operations, a multiply-add counting as two; 0 where their number means nothing.</summary>
    internal abstract double FloatingPointOperations { get; }

    /// <summary>How far a result may be from VecNet's, relative to the largest element of its part.</summary>
    internal abstract double Tolerance { get; }

    internal Type ElementType => Precision == Precision.Float32 ? typeof(float) : typeof(double);

    internal static string GetName(Precision precision) => precision == Precision.Float32 ? "float32" : "float64";

    /// <summary>The row as the protocol has it: its parameters as a JSON object, in one line.</summary>
    internal string ToWords() => JsonSerializer.Serialize(this, GetType(), Words);

    /// <summary>Reads what <see cref="ToWords"/> wrote.</summary>
    internal static TRow Parse<TRow>(string words)
        where TRow : ComparedRow => JsonSerializer.Deserialize<TRow>(words, Words)!;
}

/// <summary>The element type of a row.</summary>
internal enum Precision
{
    Float32,
    Float64,
}

/// <summary>Which pass is computed.</summary>
public enum Pass
{
    /// <summary>The output: inference.</summary>
    Forward,

    /// <summary>The gradients alone.</summary>
    Backward,

    /// <summary>The value of a loss and its gradient; of a network the output, the loss and the gradients of all parameters.</summary>
    ForwardBackward,

    /// <summary>An optimizer's step; of an embedding after a backward pass, of a network after a forward and a backward pass.</summary>
    Step,
}
