using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;

namespace VecNet.Tests;

/// <summary>
/// A run that is meant for a certain way of compiling (tests/matrix.sh makes one for each) proves first that it is in force.
/// </summary>
public sealed class JitModeTests
{
    private const string Variable = "VECNET_EXPECT_JIT";

    /// <summary>Optimization tiers as the runtime's MethodLoad events number them.</summary>
    private const int Optimized = 2, Quick = 3, Tier1 = 4, QuickInstrumented = 6, Tier1Instrumented = 7;

    [Fact]
    public void The_mode_that_the_run_names_is_in_force()
    {
        string? name = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(name), $"{Variable} names no mode: this run is in the runtime's own.");
        int[] tiers = TiersOfAHotMethod();
        switch (name)
        {
            case "tiered+pgo":
                Assert.Equal(Quick, tiers[0]);
                Assert.Contains(tiers, tier => tier is QuickInstrumented or Tier1Instrumented);
                Assert.Contains(Tier1, tiers);
                break;
            case "tiered":
                Assert.Equal([Quick, Tier1], tiers);
                break;
            case "optimized":
                Assert.Equal([Optimized], tiers);
                break;
            default:
                Assert.Fail($"{Variable} is '{name}', not one of: tiered+pgo, tiered, optimized.");
                break;
        }
    }

    [Fact]
    public async Task A_run_that_is_not_in_the_mode_it_names_fails()
    {
        ChildRun child = await ChildRun.Of(
            typeof(JitModeTests), nameof(The_mode_that_the_run_names_is_in_force), (Variable, "tiered"), ("DOTNET_TieredCompilation", "0"));
        Assert.NotEqual(0, child.ExitCode);
        Assert.Contains("Failed: 1,", child.Output, StringComparison.Ordinal);
    }

    /// <summary>In which tiers, one after another, a method is compiled that is called again and again.</summary>
    /// <remarks>The runtime puts off higher tiers for as long as it has new methods to compile: hence the patience.</remarks>
    private static int[] TiersOfAHotMethod()
    {
        using var loads = new MethodLoads(nameof(CalledAgainAndAgain));
        int sum = 0;
        for (int i = 0; i < 1000 && !loads.Tiers.Any(tier => tier is Tier1 or Optimized); i++)
        {
            for (int j = 0; j < 50; j++)
            {
                sum += CalledAgainAndAgain(j);
            }

            Thread.Sleep(20);
        }

        Assert.NotEqual(0, sum);
        return [.. loads.Tiers];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CalledAgainAndAgain(int x) => (x * x) + 1;

    /// <summary>Listens to the runtime's own account of what it compiles.</summary>
    private sealed class MethodLoads(string method) : EventListener
    {
        private const EventKeywords Jit = (EventKeywords)0x10;

        public ConcurrentQueue<int> Tiers { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            {
                EnableEvents(eventSource, EventLevel.Verbose, Jit);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName!.StartsWith("MethodLoadVerbose", StringComparison.Ordinal)
                && (string)Of(eventData, "MethodName") == method)
            {
                Tiers.Enqueue((int)((uint)Of(eventData, "MethodFlags") >> 7) & 7);
            }
        }

        private static object Of(EventWrittenEventArgs eventData, string name) =>
            eventData.Payload![eventData.PayloadNames!.IndexOf(name)]!;
    }
}
