using System.Globalization;
using System.Runtime.InteropServices;

namespace VecNet.Mpi;

/// <summary>Where the library of an MPI is found.</summary>
internal static class MpiFiles
{
    /// <summary>The environment variable that names the file of the library.</summary>
    internal const string Variable = "VECNET_MPI_LIBRARY";

    private static readonly string[] OpenMpi = ["libmpi.so.40", "libmpi.40.dylib"];

    /// <summary>MPICH, with its name in Debian, and others with its ABI, such as Intel MPI.</summary>
    private static readonly string[] Mpich = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"];

    private static readonly string[] Standard = ["libmpi_abi.so.0", "libmpi_abi.so", "libmpi_abi.0.dylib"];

    /// <summary>
    /// Whether a launcher of Open MPI has started this process; null if none of a known MPI has. Slurm sets the variables of the one that
    /// its option <c>--mpi</c> chooses.
    /// </summary>
    private static bool? IsLaunchedByOpenMpi =>
        HasVariable("OMPI_COMM_WORLD_SIZE") || HasVariable("PMIX_RANK") ? true : HasVariable("PMI_RANK") ? false : null;

    /// <summary>The number of ranks that the launcher has started; null if it does not say so.</summary>
    internal static int? LaunchedRanks
    {
        get
        {
            string? ranks = Environment.GetEnvironmentVariable(IsLaunchedByOpenMpi == true ? "OMPI_COMM_WORLD_SIZE" : "PMI_SIZE");
            return int.TryParse(ranks, CultureInfo.InvariantCulture, out int number) ? number : null;
        }
    }

    /// <summary>Whether a launcher has started this process as one of several, or the environment names a library.</summary>
    internal static bool IsLaunched => IsLaunchedByOpenMpi is not null || HasVariable(Variable);

    /// <summary>Throws if Slurm has started several tasks without connecting them: each of them would be the only rank.</summary>
    /// <exception cref="CommunicationException">The option <c>--mpi</c> of srun is missing.</exception>
    internal static void CheckStep()
    {
        // Without a step, the numbers are those of a job whose script this process belongs to.
        if (!HasVariable("SLURM_STEP_ID") || HasManager)
        {
            return;
        }

        string? tasks = Environment.GetEnvironmentVariable("SLURM_STEP_NUM_TASKS") ?? Environment.GetEnvironmentVariable("SLURM_NTASKS");
        if (int.TryParse(tasks, CultureInfo.InvariantCulture, out int number) && number > 1)
        {
            throw new CommunicationException(
                $"Slurm has started {number} tasks without connecting them for MPI, so that each would be the only rank. Give srun the "
                + "option --mpi: --mpi=pmix for Open MPI, --mpi=pmi2 for MPICH ('srun --mpi=list' lists what is installed).");
        }
    }

    /// <summary>Whether a process manager of MPI has started this process. Users set variables of parameters, too.</summary>
    private static bool HasManager => Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(
        name => (name.StartsWith("PMI", StringComparison.Ordinal) || name.StartsWith("OMPI_", StringComparison.Ordinal))
            && !name.Contains("_MCA_", StringComparison.Ordinal));

    /// <summary>
    /// Opens the library: the file that the environment names, or that of the MPI whose launcher has started this process.
    /// </summary>
    /// <exception cref="CommunicationException">There is none.</exception>
    internal static (nint Handle, string File) Open()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return NativeLibrary.TryLoad(given, out nint chosen) ? (chosen, given) : throw new CommunicationException(
                $"The MPI library '{given}', which the environment variable {Variable} names, cannot be loaded.");
        }

        string[] names = IsLaunchedByOpenMpi switch
        {
            true => [.. OpenMpi, .. Standard, .. Mpich],
            false => [.. Mpich, .. Standard, .. OpenMpi],
            null => [.. Standard, .. OpenMpi, .. Mpich],
        };
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
            {
                return (handle, name);
            }
        }

        throw new CommunicationException(
            "No MPI is installed: install Open MPI or MPICH, for example by 'apt-get install openmpi-bin', or name the file of the library "
            + $"in the environment variable {Variable}.");
    }

    private static bool HasVariable(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
}
