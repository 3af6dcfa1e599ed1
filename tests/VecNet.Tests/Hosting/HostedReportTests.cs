using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VecNet.Extensions.Hosting;
using VecNet.Service;

namespace VecNet.Tests;

/// <summary>Loggers and listeners that throw, and messages with numbers.</summary>
public sealed class HostedReportTests
{
    /// <summary>In the callback of a timer, an exception would end the process.</summary>
    [Fact]
    public void A_logger_or_a_listener_that_throws_does_not_disturb_a_reload()
    {
        using var logger = new ThrowingLogger();
        using var program = new HostedProgram(add: (services, _) => services.AddLogging(builder => builder.AddProvider(logger)));
        ModelPredictor<float> predictor = program.Predictor;
        int measured = 0;
        using MeterListener listener = Listen("vecnet.model.reload", program.Name, () => measured++);
        logger.IsOn = true;
        HostedProgram.Flowers(2).Save(program.File);
        program.Clock.Tick(3);
        Assert.Equal((2, null), (predictor.Version.Number, predictor.Failure));
        File.WriteAllText(program.File, "no model");
        program.Clock.Tick(3);
        Assert.IsType<InvalidDataException>(predictor.Failure);
        HostedProgram.Flowers(2).Save(program.File);
        program.Clock.Tick(3);
        Assert.Equal((2, null), (predictor.Version.Number, predictor.Failure));
        HostedProgram.Flowers(3).Save(program.File);
        Assert.True(predictor.Reload());
        Assert.Equal((3, null), (predictor.Version.Number, predictor.Failure));
        Assert.Equal((3, 4), (measured, logger.Messages));
    }

    [Fact]
    public void A_listener_that_throws_makes_no_failed_prediction()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        using MeterListener listener = Listen("vecnet.model.predictions", program.Name, () => { });
        Assert.Throws<InvalidOperationException>(() => predictor.Predict([6.3, 3.3, 6.0, 2.5]));
        Assert.Throws<InvalidOperationException>(() => predictor.PredictProbabilities(new double[1, 4], new float[1, 3]));
        Assert.Equal((0, 0), program.Measured.Of("prediction.failures"));
    }

    [Fact]
    public void Messages_have_the_same_numbers_in_all_cultures()
    {
        using var program = new HostedProgram();
        ModelPredictor<float> predictor = program.Predictor;
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator) = (",", ".");
            CultureInfo.CurrentCulture = comma;
            var report = new LoadReport(1, 2, 3, TimeSpan.FromMilliseconds(4.5), TimeSpan.FromMilliseconds(6), "seven", Growth: 800_000);
            Assert.Equal("1 requests, 3 per second, median 4.50 ms, p99 6.00 ms, 2 errors, memory +0.8 MB: seven", report.ToString());

            // On Linux, such a file takes no space.
            if (OperatingSystem.IsLinux())
            {
                using (var file = new FileStream(program.File, FileMode.Open, FileAccess.Write))
                {
                    file.SetLength(3_000_000_000);
                }

                Assert.False(predictor.Reload());
                Assert.Equal(
                    $"{program.File}: the file has 3,000,000,000 bytes; at most 2,147,483,591 are read.", predictor.Failure!.Message);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Listens to the instruments of a model whose names begin so, and throws at each measurement.</summary>
    private static MeterListener Listen(string instruments, string model, Action measured)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name.StartsWith(instruments, StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach ((string _, object? tag) in tags)
            {
                if (model.Equals(tag))
                {
                    measured();
                    throw new InvalidOperationException("The listener fails.");
                }
            }
        });
        listener.Start();
        return listener;
    }

    private sealed class ThrowingLogger : ILoggerProvider, ILogger
    {
        internal bool IsOn { get; set; }

        internal int Messages { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => IsOn;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsOn)
            {
                Messages++;
                throw new InvalidOperationException("The logger fails.");
            }
        }

        public void Dispose()
        {
        }
    }
}
