using System.Numerics;

namespace VecNet;

public static unsafe partial class MatMul
{
    /// <summary>C = A·B, or C += A·B, by the algorithm that the caller chooses. cᵢⱼ = Σₚ aᵢₚ·bₚⱼ (+ biasⱼ).</summary>
    /// <param name="a">m × k.</param>
    /// <param name="b">k × n.</param>
    /// <param name="c">m × n, written.</param>
    /// <param name="algorithm">
    /// The algorithm; see <see cref="MatMulAlgorithm.StrassenWinograd"/> for accuracy, special values and memory.
    /// </param>
    /// <param name="accumulate">Whether to add to C instead of overwriting it.</param>
    /// <param name="bias">1 × n, added to every row; or empty.</param>
    /// <param name="threads">
    /// The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or C shares elements with another operand; nothing has been written.
    /// </exception>
    public static void Multiply<T>(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm,
        bool accumulate = false, ReadOnlyTensorView<T> bias = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(a, false, b, false, c, accumulate, bias, threads, algorithm.Levels);

    /// <summary>C = Aᵀ·B, or C += Aᵀ·B, by the algorithm that the caller chooses. cᵢⱼ = Σₚ aₚᵢ·bₚⱼ (+ biasⱼ).</summary>
    /// <param name="a">k × m.</param>
    /// <param name="b">k × n.</param>
    /// <param name="c">m × n, written.</param>
    /// <param name="algorithm">
    /// The algorithm; see <see cref="MatMulAlgorithm.StrassenWinograd"/> for accuracy, special values and memory.
    /// </param>
    /// <param name="accumulate">Whether to add to C instead of overwriting it.</param>
    /// <param name="bias">1 × n, added to every row; or empty.</param>
    /// <param name="threads">
    /// The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or C shares elements with another operand; nothing has been written.
    /// </exception>
    public static void MultiplyTransposeA<T>(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm,
        bool accumulate = false, ReadOnlyTensorView<T> bias = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(a, true, b, false, c, accumulate, bias, threads, algorithm.Levels);

    /// <summary>C = A·Bᵀ, or C += A·Bᵀ, by the algorithm that the caller chooses. cᵢⱼ = Σₚ aᵢₚ·bⱼₚ (+ biasⱼ).</summary>
    /// <param name="a">m × k.</param>
    /// <param name="b">n × k.</param>
    /// <param name="c">m × n, written.</param>
    /// <param name="algorithm">
    /// The algorithm; see <see cref="MatMulAlgorithm.StrassenWinograd"/> for accuracy, special values and memory.
    /// </param>
    /// <param name="accumulate">Whether to add to C instead of overwriting it.</param>
    /// <param name="bias">1 × n, added to every row; or empty.</param>
    /// <param name="threads">
    /// The maximum number of threads, including the caller's; <see cref="Parallelism.MaxThreads"/> limits it. Results do not depend
    /// on it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not positive.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or C shares elements with another operand; nothing has been written.
    /// </exception>
    public static void MultiplyTransposeB<T>(
        ReadOnlyTensorView<T> a, ReadOnlyTensorView<T> b, TensorView<T> c, MatMulAlgorithm algorithm,
        bool accumulate = false, ReadOnlyTensorView<T> bias = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(a, false, b, true, c, accumulate, bias, threads, algorithm.Levels);
}
