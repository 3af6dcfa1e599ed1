using System.Numerics;

namespace VecNet.Tests;

/// <summary>The choice of the vectors' width, of which there is one.</summary>
public sealed class VectorDispatchTests
{
    [Fact]
    public void A_routine_runs_once_with_the_widest_vectors_that_the_machine_has()
    {
        AssertWidest<float>();
        AssertWidest<double>();
    }

    /// <summary>A loop that chooses by itself would be a second place to mend: only the dispatch asks which vectors there are.</summary>
    [Fact]
    public void No_loop_and_no_function_chooses_by_itself()
    {
        string[] rooms = ["SpecialFunctions/", "Loops/", "Functions/", "Losses/", "Training/"];
        Assert.DoesNotContain(
            Repository.LibrarySources(),
            source => rooms.Any(room => source.Path.StartsWith(room, StringComparison.Ordinal))
                && (source.Text.Contains("Machine.Has512", StringComparison.Ordinal)
                    || source.Text.Contains("Machine.HasVectors", StringComparison.Ordinal)));
    }

    private static void AssertWidest<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Type widest = Machine.Has512 ? typeof(Wide512<T>) : Machine.HasVectors ? typeof(Portable<T>) : typeof(Scalar<T>);
        var routine = default(Recorder<T>);
        VectorDispatch.Run<T, Recorder<T>>(ref routine);
        Assert.Equal(1, routine.Runs);
        Assert.Equal(widest, routine.Vector);
    }

    private struct Recorder<T> : IVectorRoutine<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        internal int Runs;
        internal Type? Vector;

        public void Run<TVector>()
            where TVector : struct, IVector<TVector, T>
        {
            Runs++;
            Vector = typeof(TVector);
        }
    }
}
