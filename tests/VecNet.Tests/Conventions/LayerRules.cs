namespace VecNet.Tests;

/// <summary>Which folder may use which in src/VecNet, and what only some may use. CONTRIBUTING.md states the same rules.</summary>
internal static class LayerRules
{
    private static readonly string[] Ground = ["Tensors", "Simd", "Threading", "SpecialFunctions", "Loops"];

    /// <summary>
    /// Where elements are reached by address and by vector: storage, vectors, the loops that kernels are put into, and the product.
    /// </summary>
    private static readonly string[] NearMemory = ["Tensors", "Simd", "Loops", "MatMul"];

    /// <summary>For each folder the other folders that it may use.</summary>
    public static IReadOnlyDictionary<string, string[]> MayUse { get; } = new Dictionary<string, string[]>
    {
        ["Tensors"] = [],
        ["Simd"] = [],
        ["Threading"] = [],
        ["SpecialFunctions"] = ["Simd"],
        ["Loops"] = ["Tensors", "Simd", "SpecialFunctions"], // a row's exponentials are a loop of their own
        ["Preprocessing"] = ["Tensors"], // makes numbers of what is none yet
        ["MatMul"] = Ground,
        ["Functions"] = [.. Ground, "MatMul"],
        ["Losses"] = [.. Ground, "MatMul", "Functions"],
        ["Graph"] = [.. Ground, "MatMul", "Functions"], // what a layer is to a network
        ["Activations"] = [.. Ground, "MatMul", "Functions", "Graph"], // each function with its layer
        ["Layers"] = [.. Ground, "MatMul", "Functions", "Graph", "Activations"],
        ["Networks"] = [.. Ground, "MatMul", "Functions", "Losses", "Graph", "Activations", "Layers"],
        ["Training"] = [.. Ground, "MatMul", "Functions", "Losses", "Graph", "Activations", "Layers", "Networks"],
        ["Verification"] = [.. Ground, "MatMul", "Functions", "Losses", "Graph", "Activations", "Layers", "Networks", "Training"],
        ["Serialization"] =
            [
                .. Ground, "Preprocessing", "MatMul", "Functions", "Losses", "Graph",
                "Activations", "Layers", "Networks", "Training", "Verification",
            ],
        ["Models"] =
            [
                .. Ground, "Preprocessing", "MatMul", "Functions", "Losses", "Graph",
                "Activations", "Layers", "Networks", "Training", "Verification", "Serialization",
            ],
    };

    /// <summary>Where the keyword unsafe may stand.</summary>
    public static IReadOnlyList<string> Unsafe => NearMemory;

    /// <summary>Types and namespaces of the platform, and the folders that may use them.</summary>
    public static IReadOnlyDictionary<string, string[]> Platform { get; } = new Dictionary<string, string[]>
    {
        ["System.Runtime.InteropServices.MemoryMarshal"] = NearMemory,
        ["System.Runtime.CompilerServices.Unsafe"] = NearMemory,
        ["System.Runtime.Intrinsics"] = [.. NearMemory, "SpecialFunctions"], // tables for lookups
        ["System.Runtime.InteropServices.NativeMemory"] = [],
        ["System.Runtime.InteropServices.CollectionsMarshal"] = [],

        // No console: the library reports through what it returns.
        ["System.Console"] = [],

        // Randomness only from an explicit seed, by the library's own documented generator.
        ["System.Random"] = [],
        ["System.Security.Cryptography.RandomNumberGenerator"] = [],
        ["System.Guid.NewGuid"] = [],

        // Time only through the caller's TimeProvider.
        ["System.Diagnostics.Stopwatch"] = [],
        ["System.DateTime.Now"] = [],
        ["System.DateTime.UtcNow"] = [],
        ["System.DateTime.Today"] = [],
        ["System.DateTimeOffset.Now"] = [],
        ["System.DateTimeOffset.UtcNow"] = [],
        ["System.Environment.TickCount"] = [],
        ["System.Environment.TickCount64"] = [],
    };

    /// <summary>Ends of names that say nothing.</summary>
    public static IReadOnlyList<string> EmptyWords { get; } = ["Helper", "Helpers", "Util", "Utils", "Utilities", "Manager", "Managers"];
}
