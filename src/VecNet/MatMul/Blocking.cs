namespace VecNet;

/// <summary>How the loops around the micro-kernel are cut. Glossary: see <see cref="MatMul"/>.</summary>
internal static class Blocking
{
    static int Knob(string name, int value) => int.TryParse(Environment.GetEnvironmentVariable(name), out int v) ? v : value;

    internal static long PackTicks;
    /// <summary>Terms of the sum per block.</summary>
    internal static readonly int Kc = Knob("KC", 512);
    internal static readonly int Mc = Knob("MC", 100000);
    internal static readonly int Nc = Knob("NC", 512);
    internal static readonly int Unpacked = Knob("UNPACKED", 1 << 20);
    internal static readonly int UnpackedA = Knob("UNPACKEDA", 1 << 20);
    internal static readonly int RowsWorthPacking = Knob("RWP", 48);
    internal static readonly int ColumnsWorthPacking = Knob("CWP", 192);
    internal static readonly int WorthHelp = Knob("HELP", 500_000);
    internal static readonly int WorthWaking = Knob("WAKE", 8_000_000);
    internal static readonly int PartsPerThread = Knob("PARTS", 4);
    internal static readonly int PrefetchA = Knob("PFA", 0);
    internal static readonly int PrefetchC = Knob("PFC", 1);
    internal static readonly int PrefetchB = Knob("PFB", 1);
    internal static readonly int PadA = Knob("PADA", 16);
    internal static readonly int SwapCost = Knob("SWAP", 35);

    /// <summary>Vectors in a row of the widest tile.</summary>
    internal static int Vectors => Machine.Has32Registers ? 4 : 3;

    /// <summary>Rows of a tile of so many vectors: 24 accumulators where there are 32 registers, 12 where there are 16.</summary>
    internal static nint Mr(nint vectors) => Machine.Has32Registers
        ? vectors switch { 4 => 6, 3 => 8, _ => 12 }
        : vectors switch { 3 => 4, 2 => 6, _ => 12 };

    /// <summary>The next piece of what is left: at most <paramref name="most"/>, and never so much that less than <paramref name="unit"/> stays behind.</summary>
    internal static nint Cut(nint left, nint most, nint unit) => left <= most ? left : left < most + unit ? most - unit : most;

    internal static nint RoundUp(nint value, nint multiple) => (value + multiple - 1) / multiple * multiple;
}
