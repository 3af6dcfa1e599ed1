namespace VecNet.Tests;

/// <summary>Downwards only: the layers of the library, held by the compiler's own idea of who uses whom.</summary>
public sealed class LayeringTests
{
    private const string Lower = "namespace VecNet; public static class Lower { public static int Zero => 0; }";

    [Fact]
    public void The_library_keeps_its_layers()
    {
        IReadOnlyList<(string Path, string Text)> sources = Repository.LibrarySources();
        Assert.Contains(sources, source => source.Path == "MatMul/MatMul.cs");
        IReadOnlyList<string> violations = LayerChecker.Check(sources);
        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void No_layer_may_be_used_from_below()
    {
        foreach ((string folder, string[] mayUse) in LayerRules.MayUse)
        {
            Assert.All(mayUse, used => Assert.DoesNotContain(folder, LayerRules.MayUse[used]));
            Assert.All(mayUse, used => Assert.Empty(LayerRules.MayUse[used].Except(mayUse)));
        }
    }

    [Theory]
    [InlineData("Tensors", "Training")]
    [InlineData("Tensors", "Simd")]
    [InlineData("Simd", "Tensors")]
    [InlineData("Simd", "Loops")]
    [InlineData("SpecialFunctions", "Loops")]
    [InlineData("Loops", "MatMul")]
    [InlineData("MatMul", "Functions")]
    [InlineData("Losses", "Layers")]
    [InlineData("Layers", "Losses")]
    [InlineData("Networks", "Training")]
    [InlineData("Training", "Serialization")]
    [InlineData("Training", "Verification")]
    [InlineData("Verification", "Serialization")]
    [InlineData("Serialization", "Models")]
    public void A_use_that_is_not_allowed_is_found(string user, string used) => Assert.Equal(
        [$"{user}/User.cs:1: {user} may not use {used} (Lower)", $"{user}/User.cs:1: {user} may not use {used} (Zero)"],
        LayerChecker.Check([($"{used}/Lower.cs", Lower), ($"{user}/User.cs", "namespace VecNet; class User { int x = Lower.Zero; }")]));

    [Theory]
    [InlineData("SpecialFunctions", "Simd")]
    [InlineData("Loops", "Tensors")]
    [InlineData("Loops", "SpecialFunctions")]
    [InlineData("MatMul", "Loops")]
    [InlineData("MatMul", "Threading")]
    [InlineData("Losses", "Functions")]
    [InlineData("Layers", "MatMul")]
    [InlineData("Serialization", "Training")]
    [InlineData("Verification", "Networks")]
    [InlineData("Layers", "Layers")]
    public void A_use_that_is_allowed_is_not(string user, string used) => Assert.Empty(
        LayerChecker.Check([($"{used}/Lower.cs", Lower), ($"{user}/User.cs", "namespace VecNet; class User { int x = Lower.Zero; }")]));

    /// <summary>Uses that name no type: an extension method, var, new() and a member of a member.</summary>
    [Theory]
    [InlineData("int y = 3.Extended();")]
    [InlineData("static void M() { var y = Middle.Make; _ = y; }")]
    [InlineData("static void M() { Middle.Take(new()); }")]
    [InlineData("int y = Middle.Make.Field;")]
    public void A_use_without_a_name_is_found(string member)
    {
        IReadOnlyList<string> violations = LayerChecker.Check(
        [
            ("Training/Hidden.cs",
                "namespace VecNet; public class Hidden { public int Field; } "
                + "public static class Extensions { public static int Extended(this int x) => x; }"),
            ("Functions/Middle.cs",
                "namespace VecNet; public static class Middle { "
                + "public static Hidden Make => null!; public static void Take(Hidden hidden) { } }"),
            ("Tensors/User.cs", $"namespace VecNet; class User {{ {member} }}"),
        ]);
        Assert.Contains(
            violations, violation => violation.StartsWith("Tensors/User.cs:1: Tensors may not use Training", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Layers", "unsafe void M() { }", "Layers may not use unsafe")]
    [InlineData("Functions", "unsafe void M() { }", "Functions may not use unsafe")]
    [InlineData("SpecialFunctions", "unsafe void M() { }", "SpecialFunctions may not use unsafe")]
    [InlineData("Serialization", "unsafe void M() { }", "Serialization may not use unsafe")]
    [InlineData(
        "Layers",
        "void M(float[] x) => _ = System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.AsSpan());",
        "System.Runtime.InteropServices.MemoryMarshal")]
    [InlineData(
        "Serialization", "int M() => System.Runtime.CompilerServices.Unsafe.SizeOf<int>();", "System.Runtime.CompilerServices.Unsafe")]
    [InlineData("Functions", "bool M() => System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated;", "System.Runtime.Intrinsics")]
    [InlineData("Functions", "bool M() => System.Runtime.Intrinsics.X86.Avx.IsSupported;", "System.Runtime.Intrinsics")]
    [InlineData("Training", "void M() => Console.WriteLine();", "System.Console")]
    [InlineData("Layers", "Random M() => new(1);", "System.Random")]
    [InlineData("Training", "long M() => System.Diagnostics.Stopwatch.GetTimestamp();", "System.Diagnostics.Stopwatch")]
    [InlineData("Training", "DateTime M() => DateTime.Now;", "System.DateTime.Now")]
    [InlineData("Training", "long M() => Environment.TickCount64;", "System.Environment.TickCount64")]
    [InlineData("Tensors", "class ShapeHelper;", "the name ShapeHelper says nothing")]
    [InlineData("Threading", "interface IThreadManager;", "the name IThreadManager says nothing")]
    [InlineData("Training", "int M() => Unknown.Zero;", "does not compile")]
    [InlineData("Misc", "", "'Misc' is no folder of the house")]
    public void What_only_some_may_do_is_found_elsewhere(string folder, string member, string expected) => Assert.Contains(
        LayerChecker.Check([($"{folder}/User.cs", $"namespace VecNet; class User {{ {member} }}")]),
        violation => violation.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("MatMul", "unsafe int M() => System.Runtime.CompilerServices.Unsafe.SizeOf<int>();")]
    [InlineData("Loops", "unsafe int M() => System.Runtime.CompilerServices.Unsafe.SizeOf<int>();")]
    [InlineData("SpecialFunctions", "bool M() => System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated;")]
    [InlineData("Tensors", "Span<byte> M(float[] x) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.AsSpan());")]
    [InlineData("Training", "DateTimeOffset M(TimeProvider time) => time.GetUtcNow();")]
    public void And_is_not_found_where_it_may_be(string folder, string member) =>
        Assert.Empty(LayerChecker.Check([($"{folder}/User.cs", $"namespace VecNet; class User {{ {member} }}")]));
}
