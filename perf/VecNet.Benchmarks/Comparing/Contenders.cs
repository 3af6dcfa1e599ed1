using System.Globalization;
using VecNet.Benchmarks.Comparing.Peers;

namespace VecNet.Benchmarks.Comparing;

/// <summary>Starts the libraries of the comparison, each as it is at its best.</summary>
internal static class Contenders
{
    /// <summary>The numbers by which BLIS 0.9 knows kernels; a later version that has others under them says so and is left out.</summary>
    private static readonly (string Kernels, string Number)[] BlisKernels = [("skx", "0"), ("zen3", "6")];

    /// <summary>All of them, VecNet first.</summary>
    internal static IReadOnlyList<Contender> Start()
    {
        Func<Contender>[] starts =
        [
            () => Contender.Start(Contender.VecNet, counts: false, PeerLaunch.OfThisProgram(PeerProgram.VecNet)),
            () => Contender.Start("OpenBLAS", counts: true, OpenBlas("Haswell"), OpenBlas("SkylakeX")),
            Blis,
            Torch,
            () => Contender.Start(Contender.MathNet, counts: false, PeerLaunch.OfThisProgram(PeerProgram.MathNet)),
        ];
        return Task.WhenAll(starts.Select(start => Task.Factory.StartNew(start, TaskCreationOptions.LongRunning))).Result;
    }

    /// <summary>Its threads spin for 2²⁰ cycles after a product, and not for 2²⁶: longer than from one call to the next, shorter than a turn.</summary>
    private static PeerLaunch OpenBlas(string core) => PeerLaunch.OfThisProgram(
        PeerProgram.OpenBlas,
        core,
        ("OPENBLAS_CORETYPE", core),
        ("OPENBLAS_NUM_THREADS", RowList.MostThreads.ToString(CultureInfo.InvariantCulture)),
        ("OPENBLAS_THREAD_TIMEOUT", "20"));

    /// <summary>As it is, unless it takes its portable kernels because it does not know the processor.</summary>
    private static Contender Blis()
    {
        Contender asItIs = Contender.Start("BLIS", counts: true, PeerLaunch.OfThisProgram(PeerProgram.Blis));
        if (!asItIs.Description.EndsWith(BlisPeer.Generic, StringComparison.Ordinal))
        {
            return asItIs;
        }

        Contender told = Contender.Start(
            "BLIS",
            counts: true,
            [.. BlisKernels.Select(known => PeerLaunch.OfThisProgram(PeerProgram.Blis, known.Kernels, ("BLIS_ARCH_TYPE", known.Number)))]);
        if (!told.IsPresent)
        {
            return asItIs;
        }

        asItIs.Dispose();
        return told;
    }

    private static Contender Torch()
    {
        const string Name = "libtorch";
        if (TorchProject.Program is not { } program)
        {
            return new Contender(Name, Counts: true, [], $"not built ({TorchProject.BuildCommand})");
        }

        Contender asItIs = Contender.Start(Name, counts: true, new PeerLaunch(null, [PeerLaunch.DotnetHost, program]));
        return asItIs.IsPresent || TorchProject.Launcher is not { } launcher
            ? asItIs
            : Contender.Start(Name, counts: true, new PeerLaunch(null, [launcher, Path.GetDirectoryName(program)!, "--", PeerLaunch.DotnetHost, program]));
    }
}
