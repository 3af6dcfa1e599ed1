using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VecNet.Cli.Charts;

namespace VecNet.Tests;

/// <summary>Charts in both formats, with all elements at their positions.</summary>
public sealed partial class ChartTests
{
    private static readonly string[] Awkward =
    [
        "a & b <c>", "a name that is much too long to stand beside a matrix", "日本語のクラスの名前", "x\ty", "",
    ];

    public static TheoryData<string> Charts =>
        [
            "curves", "curves of one epoch", "curves without accuracy", "2", "3", "5", "10", "40", "100", "predictions",
            "predictions that are all alike",
        ];

    [Theory]
    [MemberData(nameof(Charts))]
    public void Every_text_is_within_the_picture_and_no_number_is_missing(string name)
    {
        IChart chart = Chart(name);
        XElement svg = Svg(chart);
        (int width, int height) = chart.Size;
        Assert.Equal(($"{width}", $"{height}"), (svg.Attribute("width")!.Value, svg.Attribute("height")!.Value));
        Assert.InRange(width, 500, 1300);
        foreach (XElement text in svg.Elements().Where(element => element.Name.LocalName == "text"))
        {
            (double left, double top, double right, double bottom) = Bounds(text);
            Assert.True(
                left >= 0 && top >= 0 && right <= width && bottom <= height,
                $"{text} of {width}×{height}: {left}, {top}, {right}, {bottom}");
        }

        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("∞", svg.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_learning_curves_have_axes_with_names_and_units()
    {
        XElement svg = Svg(Chart("curves"));
        string[] texts = Texts(svg);
        Assert.All(
            ["Loss and accuracy by epoch", "mean cross-entropy", "accuracy", "epoch", "100 %", "0", "40", "step 1: validation"],
            text => Assert.Contains(text, texts));
        Assert.Equal(6, Curves(svg).Length);

        // The axis goes from 0 to 40 epochs, so that the first point is at 1/40 of its length.
        string first = Curves(svg)[0].Attribute("points")!.Value.Split(' ')[0];
        Assert.Equal(95 + (775 / 40.0), double.Parse(first.Split(',')[0], CultureInfo.InvariantCulture), 0.1);
    }

    [Fact]
    public void The_confusion_matrix_has_its_counts_in_their_cells()
    {
        XElement svg = Svg(new ConfusionChart(["u", "v"], new ClassificationMetrics(2, [0, 0, 0, 1, 1], [0, 0, 1, 1, 1])));
        string[] texts = Texts(svg);
        Assert.All(
            ["true class", "predicted class", "Confusion matrix: accuracy 80.00 % on 5 rows", "share of the true class", "u", "v"],
            text => Assert.Contains(text, texts));
        IEnumerable<XElement> elements = svg.Elements().Where(element => element.Name.LocalName == "text" && element.Value is "1" or "2");
        (string Text, double X, double Y)[] counts = [.. elements.Select(element =>
        {
            (double left, double top, double right, double bottom) = Bounds(element);
            return (element.Value, (left + right) / 2, (top + bottom) / 2);
        })];
        Assert.Equal(["2", "1", "2"], counts.Select(count => count.Text));
        Assert.Equal(counts[0].Y, counts[1].Y, 0.2);
        Assert.Equal(counts[1].X, counts[2].X, 0.2);
        Assert.True(counts[0].X < counts[1].X && counts[1].Y < counts[2].Y);
    }

    [Theory]
    [MemberData(nameof(Charts))]
    public void A_png_has_the_same_size_and_is_not_empty(string name)
    {
        Assert.SkipUnless(ChartFile.Extensions.Contains(".png"), "There is no font here to write with.");
        IChart chart = Chart(name);
        byte[] png = PngCanvas.Encode(chart);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.Equal(
            chart.Size, (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.True(png.Length > 3000, $"{png.Length} bytes");
    }

    [Fact]
    public void Without_fonts_or_the_library_that_draws_there_is_an_svg_alone()
    {
        Assert.Equal([".png", ".svg"], ChartFile.ExtensionsWith(() => 1));
        Assert.Equal([".svg"], ChartFile.ExtensionsWith(() => 0));
        Assert.Equal([".svg"], ChartFile.ExtensionsWith(() => throw new DllNotFoundException()));
    }

    [Theory]
    [InlineData(0, 200, "0 50 100 150 200")]
    [InlineData(1, 7, "1 2 3 4 5 6 7")]
    [InlineData(-0.3, 0.7, "-0.4 -0.2 0 0.2 0.4 0.6 0.8")]
    [InlineData(5, 5, "4 4.5 5 5.5 6")]
    public void A_linear_axis_has_round_numbers(double low, double high, string expected)
    {
        var axis = Axis.Linear(low, high, value => value.ToString("G4", CultureInfo.InvariantCulture));
        Assert.Equal(expected, string.Join(' ', axis.Ticks.Select(tick => tick.Label)));
        Assert.InRange(axis.PositionOf(low), 0, 1);
        Assert.InRange(axis.PositionOf(high), 0, 1);
    }

    /// <summary>
    /// The ends of the range of double, its smallest numbers, and numbers that differ by a few units in the last place have the usual
    /// number of ticks, all of them on the axis.
    /// </summary>
    [Theory]
    [InlineData(-1.7976931348623157e308, 1.7976931348623157e308)]
    [InlineData(1.7976931348623157e308, 1.7976931348623157e308)]
    [InlineData(0, 5e-324)]
    [InlineData(-1e-310, 1e-310)]
    [InlineData(1e17, 1e17)]
    [InlineData(1e17, 100000000000000016)]
    [InlineData(9007199254740992, 9007199254740994)]
    [InlineData(100000000, 100000039)]
    public void A_linear_axis_of_any_numbers_has_ticks(double low, double high)
    {
        var axis = Axis.Linear(low, high, value => value.ToString("R", CultureInfo.InvariantCulture));
        Assert.InRange(axis.Ticks.Count, 2, 12);
        Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(tick => tick.Label).Distinct().Count());
        Assert.All(
            axis.Ticks.Select(tick => tick.Value).Append(low).Append(high),
            value => Assert.InRange(axis.PositionOf(value), -1e-9, 1 + 1e-9));
    }

    [Theory]
    [InlineData(0.03, 1.4, "0.02 0.05 0.1 0.2 0.5 1 2")]
    [InlineData(0.0003, 4, "0.0001 0.001 0.01 0.1 1 10")]
    [InlineData(1, 1, "1 2")]
    [InlineData(0.7, 0.7, "0.5 1")]
    public void A_logarithmic_axis_has_powers_of_ten_or_more(double low, double high, string expected)
    {
        var axis = Axis.Logarithmic(low, high);
        Assert.Equal(expected, string.Join(' ', axis.Ticks.Select(tick => tick.Label)));
        Assert.InRange(axis.PositionOf(low), 0, 1);
        Assert.InRange(axis.PositionOf(high), 0, 1);
    }

    [Fact]
    public void A_logarithmic_axis_of_given_numbers_has_ticks_at_all_of_them()
    {
        var axis = Axis.LogarithmicAt([1, 8, 64]);
        Assert.Equal("1 8 64", string.Join(' ', axis.Ticks.Select(tick => tick.Label)));
        Assert.Equal(0.5, axis.PositionOf(8), 1e-12);
        Assert.InRange(axis.PositionOf(1), 0, 0.1);
        Assert.InRange(Axis.LogarithmicAt([8]).PositionOf(8), 0.4, 0.6);
    }

    private static IChart Chart(string name) => name switch
    {
        "curves" => new LearningCurves(Run(40, hasClasses: true, Epochs(40))),
        "curves of one epoch" => new LearningCurves(Run(1, hasClasses: true, [])),
        "curves without accuracy" => new LearningCurves(Run(30, hasClasses: false, [])),
        "predictions" => new PredictionChart("price & more", [1, 2, 3e6], [2, 2, 2.5e6], 0.9),
        "predictions that are all alike" => new PredictionChart("y", [1, 1], [1, 1], double.NegativeZero),
        _ => Confusion(int.Parse(name, CultureInfo.InvariantCulture)),
    };

    private static ConfusionChart Confusion(int classes)
    {
        int[] all = [.. Enumerable.Range(0, classes)];
        string[] names = [.. all.Select(i => classes <= 5 ? Awkward[i] : $"class {i}")];
        return new(
            names,
            new ClassificationMetrics(
                classes, [.. all, .. all, .. Enumerable.Repeat(1, 2000)], [.. all, .. all.Reverse(), .. Enumerable.Repeat(1, 2000)]));
    }

    private static TrainingRun Run(int epochs, bool hasClasses, List<TrainingProgress> choosing) =>
        new(new NeuralNetwork<float>(1, 2, [], new ReLU<float>()), hasClasses, choosing, Epochs(epochs), TimeSpan.Zero, 1)
        {
            Report = new()
            {
                Summary = "",
                HiddenSizes = [],
                Candidates = [],
                Trainings = 1,
                SelectionHistory = choosing,
                History = [],
                WasCanceled = false,
            },
        };

    /// <summary>Decreasing losses, one of which is 0 and one is NaN.</summary>
    private static List<TrainingProgress> Epochs(int count) => [.. Enumerable.Range(1, count).Select(epoch => new TrainingProgress
    {
        Epoch = epoch,
        Epochs = count,
        TrainingLoss = epoch == 20 ? 0 : epoch == 21 ? double.NaN : 2.0 / epoch,
        TrainingAccuracy = 1 - (0.5 / epoch),
        ValidationLoss = 1.5 / epoch,
        ValidationAccuracy = 1 - (0.4 / epoch),
    })];

    private static XElement Svg(IChart chart)
    {
        using var stream = new MemoryStream();
        SvgCanvas.Write(stream, chart);
        Assert.Equal((byte)'<', stream.ToArray()[0]);
        stream.Position = 0;
        return XElement.Load(stream);
    }

    private static string[] Texts(XElement svg) =>
        [.. svg.Elements().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];

    private static XElement[] Curves(XElement svg) =>
        [.. svg.Elements().Where(element => element.Name.LocalName == "polyline" && element.Attribute("stroke-width")!.Value == "2")];

    /// <summary>The bounds of a text, with an average width of a letter that is smaller than the chart assumes.</summary>
    private static (double Left, double Top, double Right, double Bottom) Bounds(XElement text)
    {
        double[] place = [.. Number()
            .Matches(text.Attribute("transform")!.Value)
            .Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];
        (double x, double y, double turn) = (place[0], place[1], place[2]);
        double size = double.Parse(text.Attribute("font-size")!.Value, CultureInfo.InvariantCulture);
        double length = 0.55 * size * text.Value.Length;
        double start = text.Attribute("text-anchor")!.Value switch { "start" => 0, "middle" => -length / 2, _ => -length };
        double half = size / 2;
        return turn == 0 ? (x + start, y - half, x + start + length, y + half)
            : turn > 0 ? (x - half, y + start, x + half, y + start + length)
            : (x - half, y - start - length, x + half, y - start);
    }

    [GeneratedRegex(@"-?[0-9.]+")]
    private static partial Regex Number();
}
