using System.Globalization;
using System.Numerics;
using VecNet.Benchmarks.Comparing.Protocol;

namespace VecNet.Benchmarks.Comparing.Peers;

/// <summary>This library's products by one algorithm.</summary>
/// <param name="levels">Of Strassen–Winograd, or null for as many as it takes by itself.</param>
internal sealed class StrassenPeer(string? levels) : IProductPeer
{
    private readonly MatMulAlgorithm algorithm = levels is null
        ? MatMulAlgorithm.StrassenWinograd
        : MatMulAlgorithm.StrassenWinogradLevels(int.Parse(levels, CultureInfo.InvariantCulture));

    public string Description => $"{algorithm}, {VecNetPeer.Vectors}";

    public IPreparedProduct Prepare<T>(ProductRow row, Operands<T> operands)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new PreparedProduct<T>(row, operands, algorithm);

    private sealed class PreparedProduct<T>(ProductRow row, Operands<T> operands, MatMulAlgorithm algorithm) : IPreparedProduct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Multiply(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                switch (row.Orientation)
                {
                    case Orientation.TransposeA:
                        MatMul.MultiplyTransposeA(operands.A, operands.B, operands.C, algorithm, threads: row.Threads);
                        break;
                    case Orientation.TransposeB:
                        MatMul.MultiplyTransposeB(operands.A, operands.B, operands.C, algorithm, threads: row.Threads);
                        break;
                    default:
                        MatMul.Multiply(operands.A, operands.B, operands.C, algorithm, threads: row.Threads);
                        break;
                }
            }
        }

        public void CopyResult()
        {
        }

        public void Dispose() => MatMulAlgorithm.ReleaseMemory();
    }
}
