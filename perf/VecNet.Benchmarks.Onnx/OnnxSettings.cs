using Microsoft.ML.OnnxRuntime;

namespace VecNet.Benchmarks;

/// <summary>How ONNX Runtime is at its best.</summary>
internal static class OnnxSettings
{
    /// <summary>
    /// All optimizations of the graph, one operation after another, each on so many threads, which spin while they wait for the next one.
    /// </summary>
    internal static SessionOptions Create(int threads)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "1");
        return options;
    }

    /// <summary>
    /// The threads within an operation: where texts are computed one at a time, each thread of the program computes its own on one.
    /// </summary>
    internal static int ThreadsOfOperation(EmbeddingRow row) => row.Batches == TextBatches.OneByOne ? 1 : row.Threads;

    /// <summary>The threads of the program that call the library.</summary>
    internal static int Callers(EmbeddingRow row) => row.Batches == TextBatches.OneByOne ? row.Threads : 1;

    /// <summary>Runs an action for each batch and caller; callers take batches until none is left.</summary>
    internal static void ForEachBatch(int batches, int callers, Action<int, int> encode)
    {
        int next = 0;
        if (callers == 1)
        {
            Take(0);
            return;
        }

        Parallel.For(0, callers, new ParallelOptions { MaxDegreeOfParallelism = callers }, Take);

        void Take(int caller)
        {
            for (int batch; (batch = Interlocked.Increment(ref next) - 1) < batches;)
            {
                encode(batch, caller);
            }
        }
    }
}
