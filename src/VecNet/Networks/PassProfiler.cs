using System.Globalization;
using System.Text;

namespace VecNet;

/// <summary>The arithmetic, the memory traffic and the time of one operation of a pass.</summary>
/// <param name="Name">The operation's layers, each with its index, such as <c>0.fully_connected + 1.sigmoid</c>.</param>
/// <param name="IsBackward">Whether this is the backward pass.</param>
/// <param name="Flops">Additions and multiplications of the matrix products, for one pass; 0 for layers without any.</param>
/// <param name="Bytes">The minimum of bytes that one pass reads and writes, each operand once.</param>
/// <param name="Passes">The number of measurements.</param>
/// <param name="Time">Their mean time; zero if there was none.</param>
public readonly record struct ProfiledOperation(string Name, bool IsBackward, long Flops, long Bytes, long Passes, TimeSpan Time);

/// <summary>Measures the operations of a workspace's passes: a profile of the network.</summary>
/// <remarks>
/// Set <see cref="Workspace{T}.Profiler"/>, run passes, and print it. It does not affect results, and reads the clock twice per operation.
/// It measures one network; using it with another network resets it.
/// </remarks>
public sealed class PassProfiler
{
    private readonly TimeProvider time;
    private ProfiledOperation[] operations = [];
    private long[] ticks = [];
    private int operationCount;

    /// <summary>Creates a profiler without measurements.</summary>
    /// <param name="time">The clock; the system's by default.</param>
    public PassProfiler(TimeProvider? time = null) => this.time = time ?? TimeProvider.System;

    /// <summary>The forward passes in order, then the backward passes in order; the numbers are for the latest batch size.</summary>
    public IReadOnlyList<ProfiledOperation> Operations => [.. operations.Where(operation => operation.Passes > 0)];

    /// <summary>Removes all measurements.</summary>
    public void Reset()
    {
        operations = [];
        ticks = [];
    }

    /// <summary>Returns a table with one line for each operation, and a line of totals.</summary>
    public override string ToString()
    {
        var table = new StringBuilder();
        int[] measured = [.. Enumerable.Range(0, operations.Length).Where(entry => operations[entry].Passes > 0)];
        int width = measured.Aggregate("operation".Length, (most, entry) => int.Max(most, operations[entry].Name.Length));
        double total = measured.Sum(Microseconds);
        table.AppendLine(
            CultureInfo.InvariantCulture,
            $"{"operation".PadRight(width)}  pass      {"MFLOP",10} {"kB",10} {"µs",10} {"GFLOP/s",8} {"GB/s",7}  share");
        foreach (int entry in measured)
        {
            ProfiledOperation operation = operations[entry];
            Append(
                table, operation.Name.PadRight(width), operation.IsBackward ? "backward" : "forward ", operation.Flops, operation.Bytes,
                Microseconds(entry), total);
        }

        Append(
            table, "total".PadRight(width), "        ", measured.Sum(entry => operations[entry].Flops),
            measured.Sum(entry => operations[entry].Bytes), total, total);
        return table.ToString();
    }

    /// <summary>The mean time, which is finer than a TimeSpan: an operation of a small network takes less than its tick.</summary>
    private double Microseconds(int entry) => 1e6 * ticks[entry] / time.TimestampFrequency / operations[entry].Passes;

    internal long Start() => time.GetTimestamp();

    /// <summary>
    /// Records that an operation which began at <paramref name="start"/> has ended. An operation of another network resets the
    /// measurements.
    /// </summary>
    internal void Stop<T>(long start, Operation<T> operation, int index, int count, bool isBackward)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        long elapsed = time.GetTimestamp() - start;
        int entry = isBackward ? (2 * count) - 1 - index : index;
        bool isKnown = entry < operations.Length && operations[entry].Passes > 0;
        if (operationCount != count || (isKnown && operations[entry].Name != operation.Name))
        {
            Reset();
            operationCount = count;
        }

        if (operations.Length <= entry)
        {
            Array.Resize(ref operations, isBackward ? 2 * count : count);
            Array.Resize(ref ticks, operations.Length);
        }

        ref ProfiledOperation profiled = ref operations[entry];
        (long flops, long bytes) = operation.Cost(isBackward);
        if (profiled.Name is null || profiled.Flops != flops || profiled.Bytes != bytes)
        {
            ticks[entry] = 0;
            profiled = new(operation.Name, isBackward, flops, bytes, 0, default);
        }

        ticks[entry] += elapsed;
        long passes = profiled.Passes + 1;
        profiled = profiled with { Passes = passes, Time = TimeSpan.FromSeconds((double)ticks[entry] / time.TimestampFrequency / passes) };
    }

    private static void Append(StringBuilder table, string name, string pass, long flops, long bytes, double microseconds, double total)
    {
        double rate = microseconds > 0 ? 1e-3 / microseconds : 0;
        double share = total > 0 ? microseconds / total : 0;
        table.AppendLine(
            CultureInfo.InvariantCulture,
            $"{name}  {pass}  {flops / 1e6,10:F3} {bytes / 1e3,10:F1} {microseconds,10:F2} "
            + $"{flops * rate,8:F1} {bytes * rate,7:F1} {share,6:P0}");
    }
}
