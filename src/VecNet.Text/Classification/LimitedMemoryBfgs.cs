using System.Numerics.Tensors;

namespace VecNet.Text;

/// <summary>Minimizes a smooth convex function of many numbers by its gradient.</summary>
/// <remarks>
/// <para>
/// L-BFGS: the direction is −H·g, where H approximates the inverse of the Hessian by the last few steps s and the changes y of the gradient
/// that they made, with H·y = s for the last one. The two loops compute H·g without a matrix. A step is halved until the function falls by
/// a share of what the gradient promises (Armijo's rule).
/// </para>
/// <para>Source: Nocedal, Wright, "Numerical Optimization", 2006, algorithms 7.4 and 3.1.</para>
/// </remarks>
internal static class LimitedMemoryBfgs
{
    /// <summary>The number of steps that are remembered.</summary>
    private const int Memory = 10;

    private const int MostIterations = 500;

    /// <summary>The share of the promised decrease that a step must reach.</summary>
    private const double SufficientDecrease = 1e-4;

    /// <summary>The halvings of a step after which rounding errors hide any decrease.</summary>
    private const int MostHalvings = 30;

    /// <summary>Computes the value of the function, and writes its gradient.</summary>
    internal delegate double Objective(double[] x, double[] gradient);

    /// <summary>Changes <paramref name="x"/> until no element of the gradient is larger than the tolerance.</summary>
    internal static void Minimize(Objective objective, double[] x, double tolerance, CancellationToken cancellationToken)
    {
        double[] gradient = new double[x.Length], next = new double[x.Length], nextGradient = new double[x.Length];
        double[] direction = new double[x.Length];
        List<Pair> pairs = [];
        double value = objective(x, gradient);
        for (int i = 0; i < MostIterations && Math.Abs(TensorPrimitives.MaxMagnitude<double>(gradient)) > tolerance; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Multiply(pairs, gradient, direction);
            double slope = TensorPrimitives.Dot<double>(gradient, direction), step = 1, nextValue;
            for (int halvings = 0; ; halvings++)
            {
                TensorPrimitives.MultiplyAdd<double>(direction, -step, x, next);
                nextValue = objective(next, nextGradient);
                if (nextValue <= value - (SufficientDecrease * step * slope))
                {
                    break;
                }

                if (halvings == MostHalvings)
                {
                    return;
                }

                step /= 2;
            }

            Remember(pairs, next, x, nextGradient, gradient);
            next.CopyTo(x, 0);
            (gradient, nextGradient) = (nextGradient, gradient);
            value = nextValue;
        }
    }

    /// <summary>H·g.</summary>
    private static void Multiply(List<Pair> pairs, double[] gradient, double[] result)
    {
        gradient.CopyTo(result, 0);
        if (pairs.Count == 0)
        {
            TensorPrimitives.Divide(result, Math.Max(1, TensorPrimitives.Norm<double>(gradient)), result);
            return;
        }

        Span<double> shares = stackalloc double[Memory];
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            shares[i] = TensorPrimitives.Dot<double>(pairs[i].Step, result) / pairs[i].Curvature;
            TensorPrimitives.MultiplyAdd(pairs[i].Change, -shares[i], result, result);
        }

        Pair last = pairs[^1];
        TensorPrimitives.Multiply(result, last.Curvature / TensorPrimitives.SumOfSquares<double>(last.Change), result);
        for (int i = 0; i < pairs.Count; i++)
        {
            double share = TensorPrimitives.Dot<double>(pairs[i].Change, result) / pairs[i].Curvature;
            TensorPrimitives.MultiplyAdd(pairs[i].Step, shares[i] - share, result, result);
        }
    }

    /// <summary>Adds a step, unless the function was not convex along it, which only rounding can cause.</summary>
    private static void Remember(List<Pair> pairs, double[] next, double[] x, double[] nextGradient, double[] gradient)
    {
        double[] step = new double[x.Length], change = new double[x.Length];
        TensorPrimitives.Subtract(next, x, step);
        TensorPrimitives.Subtract(nextGradient, gradient, change);
        double curvature = TensorPrimitives.Dot<double>(step, change);
        if (curvature <= 0)
        {
            return;
        }

        if (pairs.Count == Memory)
        {
            pairs.RemoveAt(0);
        }

        pairs.Add(new(step, change, curvature));
    }

    /// <summary>A step, the change of the gradient that it made, and their dot product.</summary>
    private sealed record Pair(double[] Step, double[] Change, double Curvature);
}
