namespace VecNet.Tests;

public sealed class LearningRateScheduleTests
{
    public static TheoryData<string> Cases => GoldenFile.Load("lr_schedule").CasesFor<double>();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rates_equal_PyTorch(string name)
    {
        GoldenCase @case = GoldenFile.Load("lr_schedule").Case(name);
        double rate = @case.Number("base_lr");
        int warmup = (int)@case.Number("warmup_steps", 0);
        int rest = (int)@case.Number("total_steps", 0) - warmup;
        double lowest = @case.Number("min_lr", 0);
        Func<int, double> schedule = @case.Text("schedule") switch
        {
            "step" => LearningRateSchedule.Step(rate, @case.WholeNumber("step_size"), @case.Number("gamma")),
            "exponential" => LearningRateSchedule.Exponential(rate, @case.Number("gamma")),
            "cosine" => LearningRateSchedule.Cosine(rate, @case.WholeNumber("T_max"), @case.Number("eta_min")),
            "warmup_cosine" when name.Contains("nonzero", StringComparison.Ordinal) =>
                t => LearningRateSchedule.Warmup(warmup, LearningRateSchedule.Cosine(rate, rest, lowest))(t < warmup ? t + 1 : t),
            "warmup_cosine" => LearningRateSchedule.Warmup(warmup, LearningRateSchedule.Cosine(rate, rest, lowest)),
            "warmup_cosine_sequential" =>
                LearningRateSchedule.Warmup(warmup, LearningRateSchedule.Cosine(rate, rest, lowest), @case.Number("start_factor")),
            string other => throw new InvalidOperationException($"Unknown schedule {other}."),
        };
        double[] expected = [.. @case.Outputs["lr"].ToBuffer<double>().Span];

        // Behind its end the cosine stays where it is; PyTorch's rises again.
        int compared = name.Contains("beyond", StringComparison.Ordinal) ? @case.WholeNumber("T_max") + 1 : expected.Length;
        for (int t = 0; t < compared; t++)
        {
            Assert.Equal(expected[t], schedule(t), 1e-15);
        }
    }

    [Fact]
    public void Behind_its_end_the_cosine_stays_at_the_lowest() => Assert.Equal(0.25, LearningRateSchedule.Cosine(1, 10, 0.25)(1000));

    [Fact]
    public void Schedules_follow_one_another_each_from_its_own_beginning()
    {
        Func<int, double> schedule = LearningRateSchedule.Chain(
            LearningRateSchedule.Exponential(8, 0.5), (LearningRateSchedule.Constant(1), 2),
            (LearningRateSchedule.Constant(5), 0), (LearningRateSchedule.Step(3, 1, 0.5), 2));
        Assert.Equal([1, 1, 3, 1.5, 8, 4, 2], Enumerable.Range(0, 7).Select(schedule));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_by_name()
    {
        Assert.Throws<ArgumentOutOfRangeException>("rate", () => LearningRateSchedule.Constant(-1));
        Assert.Throws<ArgumentOutOfRangeException>("every", () => LearningRateSchedule.Step(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("factor", () => LearningRateSchedule.Exponential(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => LearningRateSchedule.Cosine(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("first", () => LearningRateSchedule.Warmup(1, t => t, -1));
        Assert.Throws<ArgumentOutOfRangeException>("before", () => LearningRateSchedule.Chain(t => t, (t => t, -1)));
    }
}

public sealed class GradientClippingTests
{
    [Theory]
    [InlineData(10, 5)]
    [InlineData(2.5, 5)]
    public void By_norm_scales_down_to_the_maximum_and_never_up(double maximum, double norm)
    {
        double[] gradients = [3, 0, -4];
        Assert.Equal(norm, GradientClipping.ByNorm<double>(gradients, maximum), 1e-15);
        double factor = Math.Min(1, maximum / (norm + 1e-6));
        Assert.Equal([3 * factor, 0, -4 * factor], gradients);
    }

    [Fact]
    public void By_value_cuts_each_and_leaves_NaN()
    {
        float[] gradients = [-3, -0.5f, 0.5f, 7, float.NaN, float.NegativeInfinity];
        GradientClipping.ByValue<float>(gradients, 1);
        Assert.Equal([-1, -0.5f, 0.5f, 1, float.NaN, -1], gradients);
    }

    [Fact]
    public void A_maximum_that_is_not_positive_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("maximum", () => GradientClipping.ByNorm<double>([], 0));
        Assert.Throws<ArgumentOutOfRangeException>("maximum", () => GradientClipping.ByValue<double>([], double.NaN));
    }
}
