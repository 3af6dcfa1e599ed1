using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Draws from the most probable tokens, against a plain second implementation that sorts all of them.</summary>
public sealed class TokenSamplerTests
{
    [Property]
    public void Draws_are_those_of_the_plain_algorithm(ulong seed)
    {
        var random = new Seeded(seed);
        double[] outputs = new double[random.Integer(1, 40)];
        foreach (ref double output in outputs.AsSpan())
        {
            // Few values, so that there are equal ones, and sometimes none that can be drawn.
            output = random.Integer(0, 9) == 0 ? double.NegativeInfinity : random.Integer(-8, 8) / 2.0;
        }

        outputs[random.Integer(0, outputs.Length - 1)] = 1;
        var options = new GenerationOptions
        {
            Temperature = random.Integer(0, 4) / 2.0,
            TopK = random.Integer(0, 2) == 0 ? null : random.Integer(1, 50),
            TopP = random.Integer(0, 2) == 0 ? null : random.Integer(1, 20) / 20.0,
        };
        var sampler = new TokenSampler(outputs.Length);
        for (ulong draw = 0; draw < 30; draw++)
        {
            int expected = Plain(outputs, options, new SplitMix64(seed + draw));
            Assert.Equal(expected, sampler.Draw<double>(outputs, options, new SplitMix64(seed + draw)));
        }
    }

    /// <summary>The frequencies of many draws are the probabilities, within five standard deviations.</summary>
    [Fact]
    public void Frequencies_are_probabilities()
    {
        float[] outputs = [0, 1, 2, 0.5f];
        const int Draws = 40_000;
        foreach (double temperature in new[] { 0.5, 1, 3 })
        {
            var sampler = new TokenSampler(outputs.Length);
            var random = new SplitMix64(1);
            int[] counts = new int[outputs.Length];
            for (int i = 0; i < Draws; i++)
            {
                counts[sampler.Draw<float>(outputs, new() { Temperature = temperature }, random)]++;
            }

            double sum = outputs.Sum(output => Math.Exp(output / temperature));
            for (int token = 0; token < counts.Length; token++)
            {
                double p = Math.Exp(outputs[token] / temperature) / sum;
                Assert.InRange(counts[token], (Draws * p) - Spread(p), (Draws * p) + Spread(p));
            }
        }

        static double Spread(double p) => 5 * Math.Sqrt(Draws * p * (1 - p));
    }

    [Fact]
    public void Outputs_that_are_no_numbers_are_rejected()
    {
        var sampler = new TokenSampler(3);
        double[][] wrong =
        [
            [0, double.NaN, 1], [double.NaN, 0, 0], [0, double.PositiveInfinity, 1],
            [double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity],
        ];
        Assert.All(wrong, outputs => Assert.Throws<InvalidOperationException>(() => sampler.Draw<double>(outputs, new(), new(1))));
    }

    private static int Plain(double[] outputs, GenerationOptions options, SplitMix64 random)
    {
        double largest = outputs.Max();
        if (options.Temperature == 0)
        {
            return outputs.IndexOf(largest);
        }

        double[] weights = [.. outputs.Select(output => Math.Exp((output - largest) / options.Temperature))];
        bool all = !(options.TopK < outputs.Length) && !(options.TopP < 1);
        int[] order = [.. Enumerable.Range(0, outputs.Length)];
        if (!all)
        {
            // A stable sort: of equal tokens the first comes first.
            order = [.. order.OrderByDescending(token => weights[token]).Take(options.TopK ?? outputs.Length)];
            double most = order.Length < outputs.Length ? order.Sum(token => weights[token]) : weights.Sum();
            double sum = 0;
            List<int> kept = [];
            foreach (int token in order)
            {
                if (kept.Count > 0 && sum >= (options.TopP ?? 1) * most)
                {
                    break;
                }

                kept.Add(token);
                sum += weights[token];
            }

            order = [.. kept];
        }

        double rest = random.NextDouble() * order.Sum(token => weights[token]);
        foreach (int token in order)
        {
            rest -= weights[token];
            if (rest < 0)
            {
                return token;
            }
        }

        return order.Last(token => weights[token] > 0);
    }
}
