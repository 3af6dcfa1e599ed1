namespace VecNet.Tests;

public sealed class CalibrationMetricsTests
{
    [Fact]
    public void The_error_is_worked_out_by_hand()
    {
        var metrics = new CalibrationMetrics([0.95, 0.9, 0.6, 0.0, 1.0], [true, true, false, false, true], bins: 5);
        Assert.Equal([1, 0, 1, 0, 3], metrics.Bins.Select(bin => bin.Rows));
        Assert.Equal((0.6, 0.0), (metrics.Bins[2].MeanProbability, metrics.Bins[2].Accuracy));
        Assert.Equal(2.85 / 3, metrics.Bins[4].MeanProbability!.Value, 1e-15);
        Assert.Equal((null, null), (metrics.Bins[1].MeanProbability, metrics.Bins[1].Accuracy));
        Assert.Equal(((1 * 0) + (1 * 0.6) + (3 * (1 - 0.95))) / 5, metrics.ExpectedCalibrationError!.Value, 1e-15);
        Assert.Equal(0.25, new CalibrationMetrics([0.95, 0.9, 0.6], [true, true, false]).ExpectedCalibrationError!.Value, 1e-15);
    }

    /// <summary>A bin has its upper end, as in the paper.</summary>
    [Fact]
    public void A_bin_ends_with_its_upper_end()
    {
        var metrics = new CalibrationMetrics([0.5, 0.5000001, 0.25, 1], [true, true, true, true], bins: 4);
        Assert.Equal([1, 1, 1, 1], metrics.Bins.Select(bin => bin.Rows));
    }

    [Fact]
    public void A_row_of_weight_w_is_w_rows()
    {
        var weighted = new CalibrationMetrics([0.9, 0.7, 0.95], [true, false, false], [3, 1, 0]);
        var copies = new CalibrationMetrics([0.9, 0.9, 0.9, 0.7], [true, true, true, false]);
        Assert.Equal(copies.ExpectedCalibrationError!.Value, weighted.ExpectedCalibrationError!.Value, 1e-15);
        Assert.Equal(1, weighted.Bins[^1].Rows);
        Assert.Equal((null, 0.0), (weighted.Bins[^1].Accuracy, weighted.Bins[^1].Weight));
        Assert.Equal(3, weighted.Bins[13].Weight);
    }

    [Fact]
    public void Nothing_has_no_error_and_wrong_arguments_are_refused()
    {
        Assert.Null(new CalibrationMetrics([], []).ExpectedCalibrationError);
        Assert.Null(new CalibrationMetrics([0.5], [true], [0]).ExpectedCalibrationError);
        Assert.Equal(1, new CalibrationMetrics([1.000001], [true]).Bins[^1].MeanProbability);
        Assert.Throws<ArgumentException>("areCorrect", () => new CalibrationMetrics([0.5], []));
        Assert.All(
            new[] { -0.1, 1.1, double.NaN },
            wrong => Assert.Throws<ArgumentException>("confidences", () => new CalibrationMetrics([wrong], [true])));
        Assert.Throws<ArgumentException>("weights", () => new CalibrationMetrics([0.5], [true], [-1]));
        Assert.Throws<ArgumentOutOfRangeException>("bins", () => new CalibrationMetrics([0.5], [true], bins: 0));
    }
}
