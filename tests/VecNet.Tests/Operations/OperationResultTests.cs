using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VecNet.Tests;

/// <summary>
/// The results of every operation, compared with those that another process left in a file (tests/matrix.sh has one process for each
/// setting): the same bits where both compute with the same instructions, else within the bound that roundings allow.
/// </summary>
public sealed class OperationResultTests
{
    private const string Variable = "VECNET_RESULTS";

    private static readonly Sizes[] Cases =
    [
        new(1, 1, 1), new(3, 5, 4), new(17, 33, 9), new(1, 131, 70), new(40, 129, 67), new(67, 300, 131),
    ];

    [Fact]
    public void Results_are_those_of_other_processes()
    {
        string? path = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(path), $"{Variable} names no file to compare with.");
        if (!File.Exists(path))
        {
            using var writer = new BinaryWriter(File.Create(path));
            writer.Write(Instructions);
            Write<float>(writer);
            Write<double>(writer);
            return;
        }

        using var reader = new BinaryReader(File.OpenRead(path));
        bool sameInstructions = reader.ReadString() == Instructions;
        Compare<float>(reader, sameInstructions);
        Compare<double>(reader, sameInstructions);
    }

    /// <summary>
    /// A wrong result is found: a process is given a file in which one element differs, by one bit or by more than roundings allow.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Other_results_are_found(bool sameInstructions)
    {
        Operation<float> operation = Operations<float>.All["FullyConnected.Forward"];
        Sizes sizes = new(3, 5, 4);
        float[] expected = operation.Results(sizes, 1);
        float[] actual = [.. expected];
        Compare(operation, sizes, expected, actual, sameInstructions);
        actual[7] = sameInstructions ? BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(actual[7]) ^ 1) : actual[7] + 0.1f;
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Compare(operation, sizes, expected, actual, sameInstructions));
    }

    /// <summary>What decides about bits: which vectors there are, and how wide Vector&lt;T> is where it computes.</summary>
    private static string Instructions => Machine.Has512
        ? "512"
        : $"256 {Vector256.IsHardwareAccelerated}, 128 {Vector128.IsHardwareAccelerated}, "
            + $"Vector<T> {(Machine.HasVectors ? Vector<byte>.Count : 0)}, fused {Fma.IsSupported || AdvSimd.IsSupported}";

    private static void Write<T>(BinaryWriter writer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((Operation<T> operation, Sizes sizes) in All<T>())
        {
            T[] results = operation.Results(sizes, Seed(sizes));
            writer.Write(operation.Name);
            writer.Write(results.Length);
            writer.Write(MemoryMarshal.AsBytes(results.AsSpan()));
        }
    }

    private static void Compare<T>(BinaryReader reader, bool sameInstructions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((Operation<T> operation, Sizes sizes) in All<T>())
        {
            Assert.Equal(operation.Name, reader.ReadString());
            T[] expected = new T[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(expected.AsSpan()));
            Compare(operation, sizes, expected, operation.Results(sizes, Seed(sizes)), sameInstructions);
        }
    }

    private static void Compare<T>(Operation<T> operation, Sizes sizes, T[] expected, T[] actual, bool sameInstructions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (sameInstructions)
        {
            Operands<T>.AssertSame(expected, actual, $"{operation.Name}, {sizes}");
            return;
        }

        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            operation.AssertWithin(sizes, double.CreateTruncating(expected[i]), double.CreateTruncating(actual[i]), i);
        }
    }

    private static IEnumerable<(Operation<T> Operation, Sizes Sizes)> All<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        from operation in Operations<T>.All.Values
        from sizes in Cases
        where operation.Accepts(sizes)
        select (operation, sizes);

    private static ulong Seed(Sizes sizes) => (ulong)((sizes.Rows * 1000) + sizes.Columns);
}
