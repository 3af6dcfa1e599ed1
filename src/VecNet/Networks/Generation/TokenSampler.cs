using System.Numerics;

namespace VecNet;

/// <summary>Draws tokens by the outputs of a network, as <see cref="GenerationOptions"/> describes, without allocating.</summary>
internal sealed class TokenSampler(int tokens)
{
    /// <summary>For each token, a number in proportion to its probability, at most 1.</summary>
    private readonly double[] weights = new double[tokens];

    /// <summary>A heap of tokens, and behind it the tokens that have been taken out, the most probable last.</summary>
    private readonly int[] heap = new int[tokens];
    private int heapCount;

    /// <summary>Draws a token.</summary>
    /// <exception cref="InvalidOperationException">An output is NaN, or none is finite.</exception>
    internal int Draw<T>(ReadOnlySpan<T> outputs, GenerationOptions options, SplitMix64 random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            best = outputs[i] > outputs[best] ? i : best;
            if (T.IsNaN(outputs[i]))
            {
                throw NotFinite(i, outputs[i]);
            }
        }

        double largest = double.CreateTruncating(outputs[best]);
        if (!double.IsFinite(largest))
        {
            throw NotFinite(best, largest);
        }

        if (options.Temperature == 0)
        {
            return best;
        }

        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            weights[i] = Math.Exp((double.CreateTruncating(outputs[i]) - largest) / options.Temperature);
            sum += weights[i];
        }

        return options.TopK < outputs.Length || options.TopP < 1
            ? DrawFromMostProbable(options.TopK ?? outputs.Length, options.TopP ?? 1, sum, random)
            : Draw(random.NextDouble() * sum);
    }

    private int DrawFromMostProbable(int most, double fraction, double sumOfAll, SplitMix64 random)
    {
        BuildHeap();
        double sum = 0;
        if (most < weights.Length)
        {
            // The fraction is one of the sum of the tokens that remain, which is known when all of them have been taken.
            for (int i = 0; i < most; i++)
            {
                sum += weights[Take()];
            }

            sumOfAll = sum;
            sum = 0;
        }

        int count = 0;
        while (count < int.Min(most, weights.Length) && (count == 0 || sum < fraction * sumOfAll))
        {
            sum += weights[most < weights.Length ? heap[^(count + 1)] : Take()];
            count++;
        }

        double rest = random.NextDouble() * sum;
        int last = heap[^1];
        for (int i = 1; i <= count; i++)
        {
            int token = heap[^i];
            rest -= weights[token];
            if (rest < 0)
            {
                return token;
            }

            last = weights[token] > 0 ? token : last;
        }

        return last;
    }

    /// <summary>The token at which the sum of the weights exceeds a number.</summary>
    private int Draw(double rest)
    {
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            rest -= weights[i];
            if (rest < 0)
            {
                return i;
            }

            last = weights[i] > 0 ? i : last;
        }

        return last;
    }

    private void BuildHeap()
    {
        heapCount = heap.Length;
        for (int i = 0; i < heapCount; i++)
        {
            heap[i] = i;
        }

        for (int i = (heapCount / 2) - 1; i >= 0; i--)
        {
            Sink(i);
        }
    }

    /// <summary>Takes the most probable token out of the heap.</summary>
    private int Take()
    {
        heapCount--;
        (heap[0], heap[heapCount]) = (heap[heapCount], heap[0]);
        Sink(0);
        return heap[heapCount];
    }

    private void Sink(int parent)
    {
        while (true)
        {
            int child = (2 * parent) + 1;
            if (child >= heapCount)
            {
                return;
            }

            child = child + 1 < heapCount && IsMoreProbable(heap[child + 1], heap[child]) ? child + 1 : child;
            if (IsMoreProbable(heap[parent], heap[child]))
            {
                return;
            }

            (heap[parent], heap[child]) = (heap[child], heap[parent]);
            parent = child;
        }
    }

    private bool IsMoreProbable(int token, int other) =>
        weights[token] != weights[other] ? weights[token] > weights[other] : token < other;

    private static InvalidOperationException NotFinite<T>(int token, T output) =>
        new($"No token can be drawn: the network's output for token {token} is {output}.");
}
