using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VecNet.Mpi;

/// <summary>What must be the same on all ranks at the beginning of a training, as names and texts.</summary>
internal static class TrainingFacts
{
    /// <summary>The facts of this rank.</summary>
    internal static List<KeyValuePair<string, string>> Of<T>(
        NeuralNetwork<T> network,
        IOptimizer<T> optimizer,
        ILoss<T> loss,
        TrainerOptions options,
        Dataset<T> data,
        Dataset<T>? validation,
        TrainingState<T> now,
        ulong masks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var description = TrainingDescription.Create(network, optimizer, loss, options);
        int parameters = network.Parameters.Length;
        string start = string.Create(
            CultureInfo.InvariantCulture, $"epoch {now.Epoch + 1}, sample {now.Position}, step {now.Steps}, ");
        return
        [
            new("the version of VecNet", $"{typeof(Trainer<T>).Assembly.GetName().Version}"),
            new("the version of .NET", RuntimeInformation.FrameworkDescription),
            new("the vectors of the processor", Vectors),
            new("the number type", typeof(T).Name),
            new("the number of inputs", $"{network.InputSize}"),
            new("the number of layers and connections", $"{description.Layers.Count}"),
            .. description.Layers.Select((layer, i) => KeyValuePair.Create($"layer {i + 1}", layer.ToString())),
            new("the optimizer", $"{description.Optimizer}"),
            new("the learning rate", optimizer.LearningRate.ToString("R", CultureInfo.InvariantCulture)),
            new("the loss", $"{description.Loss}"),
            new("the options", $"{description.Options}"),
            new("the number of epochs", $"{options.Epochs}"),
            new("the patience", $"{options.Patience?.ToString(CultureInfo.InvariantCulture) ?? "none"}"),
            new("the number of samples", $"{data.Count}"),
            new("the data", HashOf(data)),
            new("the validation data", validation is null ? "none" : HashOf(validation)),
            new("the parameters", new ContentHash().Add<T>(network.Parameters).Text),
            new("the state of the network", new ContentHash().Add<T>(network.State).Text),
            new("the state of the optimizer", new ContentHash().Add<T>(optimizer.GetState(parameters)).Text),
            new("the place to begin at", start + new ContentHash().Add<ulong>([now.Random.State, masks]).Add<int>(now.Order).Text),
        ];
    }

    /// <summary>Throws on all ranks if a fact of a rank is not that of rank 0.</summary>
    /// <exception cref="CommunicationException">There is a difference, which the message names.</exception>
    internal static void CheckSame(ICommunicator communicator, IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        const char Separator = '\0';
        string[] first = RankError.Broadcast(
            communicator, string.Join(Separator, facts.Select(fact => $"{fact.Key}{Separator}{fact.Value}")), root: 0).Split(Separator);
        string? difference = null;
        for (int i = 0; i < facts.Count && difference is null; i++)
        {
            (string name, string value) = facts[i];
            string other = (2 * i) + 1 < first.Length && first[2 * i] == name ? first[(2 * i) + 1] : "another network";
            difference = value == other ? null
                : $"The ranks differ in {name}: rank {communicator.Rank} has {value}; rank 0 has {other}.";
        }

        int[] differs = new int[communicator.Size];
        differs[communicator.Rank] = difference is null ? 0 : 1;
        communicator.GatherAll(differs.AsSpan(), [.. Enumerable.Range(0, communicator.Size + 1)]);
        int rank = Array.IndexOf(differs, 1);
        if (rank >= 0)
        {
            throw new CommunicationException(RankError.Broadcast(communicator, difference ?? "", rank), rank);
        }
    }

    /// <summary>The vectors that results depend on: with others, sums have another order.</summary>
    private static string Vectors =>
        $"{(Machine.Has512 ? 512 : Machine.HasVectors ? 8 * Vector<byte>.Count : 0)} bits, "
        + $"{(Fma.IsSupported || AdvSimd.IsSupported ? "with" : "without")} fused multiply-add, {RuntimeInformation.ProcessArchitecture}";

    /// <summary>The hash of data.</summary>
    private static string HashOf<T>(Dataset<T> data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ContentHash hash = new ContentHash().Add(data.RowWeights);
        hash = data.Targets.AreClasses ? hash.Add(data.Targets.Classes) : hash.Add(data.Targets.Values.Span);
        if (data.Sequences.HasValue)
        {
            hash = hash.Add(data.Sequences.AsSpan());
        }

        if (data.SparseFeatures is { } sparse)
        {
            SparseRowsView<T> view = sparse.View;
            hash = hash.Add(view.Starts).Add(view.Indices).Add(view.Values);
        }
        else
        {
            hash = data.HasIds ? hash.Add(data.Ids) : hash.Add<T>(data.Features.Span);
        }

        return hash.Text;
    }
}
