using System.Collections.Concurrent;
using System.Diagnostics;

namespace VecNet.Tests;

/// <summary>
/// Each part is done once, whichever thread does it and whatever goes wrong in another;
/// nothing else runs beside these tests, so that helpers come.
/// </summary>
[Collection(Alone.Name)]
public sealed class WorkersTests
{
    private static readonly int[] Counts = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 64, 1000];
    private static readonly int[] Budgets = [1, 2, 3, 4, ManyThreads.Limit];

    [Fact]
    public void Each_part_is_done_once()
    {
        for (int repetition = 0; repetition < 20; repetition++)
        {
            foreach (int count in Counts)
            {
                foreach (int budget in Budgets)
                {
                    AssertDoneOnce(count, budget);
                }
            }
        }
    }

    [Fact]
    public void As_many_threads_come_as_are_asked_for()
    {
        foreach (int budget in Budgets)
        {
            Assert.Equal(budget, Meeting(budget).Count);
        }
    }

    /// <summary>A helper's thread goes to sleep 100 µs after a call: calls that come about then must find it all the same.</summary>
    [Fact]
    public void Helpers_that_are_about_to_sleep_come()
    {
        for (int microseconds = 80; microseconds < 130; microseconds++)
        {
            Assert.Equal(2, Meeting(2).Count);
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds)
            {
                Thread.SpinWait(4);
            }

            Assert.Equal(2, Meeting(2).Count);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_exception_of_a_part_reaches_the_caller_and_the_next_call_works(bool onHelper)
    {
        for (int repetition = 0; repetition < 50; repetition++)
        {
            int caller = Environment.CurrentManagedThreadId;
            using var met = new Barrier(2);
            var thrown = new InvalidOperationException("of a part");
            Exception caught = Assert.Throws<InvalidOperationException>(() => Workers.Run(
                new Parts(_ =>
                {
                    Meet(met);
                    if ((Environment.CurrentManagedThreadId != caller) == onHelper)
                    {
                        throw thrown;
                    }
                }),
                2,
                2));
            Assert.Same(thrown, caught);
            AssertDoneOnce(17, 2);
        }
    }

    [Fact]
    public void An_exception_on_every_thread_reaches_the_caller_once()
    {
        for (int repetition = 0; repetition < 50; repetition++)
        {
            Assert.Throws<InvalidOperationException>(() => Workers.Run(new Parts(_ => throw new InvalidOperationException()), 64, 3));
            AssertDoneOnce(64, 3);
        }
    }

    [Fact]
    public void An_exception_without_helpers_reaches_the_caller()
    {
        Assert.Throws<InvalidOperationException>(() => Workers.Run(new Parts(_ => throw new InvalidOperationException()), 64, 1));
        AssertDoneOnce(64, 3);
    }

    [Fact]
    public void A_part_may_call_for_help_itself()
    {
        for (int repetition = 0; repetition < 20; repetition++)
        {
            int[] done = new int[17];
            Workers.Run(
                new Parts(part =>
                {
                    Interlocked.Increment(ref done[part]);
                    AssertDoneOnce(part, 3);
                }),
                done.Length,
                3);
            Assert.All(done, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Callers_at_the_same_time_each_get_all_of_their_parts() => Concurrently.Run(6, number =>
    {
        for (int repetition = 0; repetition < 500; repetition++)
        {
            AssertDoneOnce(Counts[(number + repetition) % Counts.Length], 1 + (repetition % 4));
        }
    });

    /// <summary>In processes of their own: who else has asked for threads, and what else takes time, is then known.</summary>
    [Theory]
    [InlineData(nameof(Helpers_are_background_threads_no_more_than_were_asked_for))]
    [InlineData(nameof(Idle_helpers_take_no_time))]
    [InlineData(nameof(Calls_that_outrun_their_helpers_leave_no_spinning_behind))]
    [InlineData(nameof(Products_that_follow_one_another_get_help_however_long_each_takes))]
    public async Task In_a_process_of_its_own(string test)
    {
        ChildRun child = await ChildRun.Of(typeof(WorkersTests), test);
        Assert.True(child.ExitCode == 0, child.Output);
    }

    /// <summary>The process that runs this also shows that helpers do not keep it alive.</summary>
    [Fact(Explicit = true)]
    public void Helpers_are_background_threads_no_more_than_were_asked_for()
    {
        var helpers = new HashSet<Thread>();
        foreach (int budget in new[] { 2, 5, 3, 1, 4, 5, 2 })
        {
            for (int repetition = 0; repetition < 50; repetition++)
            {
                helpers.UnionWith(Meeting(budget).Where(thread => thread != Thread.CurrentThread));
            }
        }

        Assert.Equal(4, helpers.Count);
        Assert.All(helpers, helper => Assert.True(helper.IsBackground));
    }

    [Fact(Explicit = true)]
    public void Idle_helpers_take_no_time()
    {
        Meeting(4);
        AssertDoneOnce(1000, 4);
        Thread.Sleep(1000);
        AssertIdle();
        AssertDoneOnce(1000, 4);
        Assert.Equal(4, Meeting(4).Count);
    }

    /// <summary>Calls much shorter than it takes to wake a thread: each of them must not wake it again, to spin its 100 µs later.</summary>
    [Fact(Explicit = true)]
    public void Calls_that_outrun_their_helpers_leave_no_spinning_behind()
    {
        var nothing = new Parts(_ => { });
        for (int burst = 0; burst < 200; burst++)
        {
            for (int call = 0; call < 200; call++)
            {
                Workers.Run(nothing, 16, 16);
            }

            Thread.Sleep(1);
        }

        for (int call = 0; call < 200_000; call++)
        {
            Workers.Run(nothing, 16, 16);
        }

        AssertIdle();
        AssertDoneOnce(1000, 4);
    }

    /// <summary>Each takes more than the 100 µs of rest that end a sequence: the rest begins where the product ends.</summary>
    [Fact(Explicit = true)]
    public void Products_that_follow_one_another_get_help_however_long_each_takes()
    {
        Parallelism.MaxThreads = 2;
        var a = new TensorBuffer<double>(64, 480);
        var b = new TensorBuffer<double>(480, 480);
        var c = new TensorBuffer<double>(64, 480);
        bool helped = false;
        for (int product = 0; product < 100_000 && !helped; product++)
        {
            MatMul.Multiply(a.View, b.View, c.View, threads: 2);
            helped = Workers.AreAwake;
        }

        Assert.True(helped, "A hundred thousand products, one right after the other, and nobody was there.");
    }

    /// <summary>
    /// One of several thirds of a second takes less than half of that from one processor. Helpers that spin take more of each; the runtime,
    /// which compiles in the background, takes as much of one or two on a busy machine.
    /// </summary>
    private static void AssertIdle()
    {
        using var process = Process.GetCurrentProcess();
        double least = double.PositiveInfinity;
        for (int attempt = 0; attempt < 5 && least >= 150; attempt++)
        {
            process.Refresh();
            TimeSpan before = process.TotalProcessorTime;
            Thread.Sleep(300);
            process.Refresh();
            least = Math.Min(least, (process.TotalProcessorTime - before).TotalMilliseconds);
        }

        Assert.True(least < 150, $"{least} ms of a processor's time in the idlest 300 ms.");
    }

    private static void AssertDoneOnce(int count, int budget)
    {
        int[] done = new int[count];
        int misplaced = 0;
        Workers.Run(
            new Parts(part =>
            {
                if ((uint)part < (uint)count)
                {
                    Interlocked.Increment(ref done[part]);
                }
                else
                {
                    Interlocked.Increment(ref misplaced);
                }
            }),
            count,
            budget);
        Assert.Equal(0, misplaced);
        for (int part = 0; part < count; part++)
        {
            if (done[part] != 1)
            {
                Assert.Fail($"Part {part} of {count} was done {done[part]} times with {budget} threads.");
            }
        }
    }

    /// <summary>The threads that do a job of as many parts, each of which waits for the others.</summary>
    private static HashSet<Thread> Meeting(int threads)
    {
        var present = new ConcurrentBag<Thread>();
        using var met = new Barrier(threads);
        Workers.Run(
            new Parts(_ =>
            {
                present.Add(Thread.CurrentThread);
                Meet(met);
            }),
            threads,
            threads);
        return [.. present];
    }

    private static void Meet(Barrier barrier) => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(20)), "A helper did not come.");

    private sealed class Parts(Action<int> body) : Work
    {
        internal override void Run(int part) => body(part);
    }
}
