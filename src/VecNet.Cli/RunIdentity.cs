using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VecNet.Cli;

/// <summary>What must be the same for a training to go on where another has stopped.</summary>
/// <param name="Data">Where the rows are from.</param>
/// <param name="RowsSha256">Of all rows as the network sees them, and of what they are to give: what another split, target or preprocessing changes, too.</param>
/// <param name="Network">In words.</param>
/// <param name="Training">In words: optimiser, schedule, batches, seed.</param>
internal sealed record RunIdentity(string Data, string RowsSha256, string Network, string Training)
{
    /// <summary>Of a recipe and its rows.</summary>
    internal static RunIdentity Of(string data, Recipe recipe, int features, int outputs, params ReadOnlySpan<Dataset<float>?> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Dataset<float>? part in rows)
        {
            if (part is null)
            {
                continue;
            }

            Append(hash, part.Features.View);
            Append(hash, part.Targets.Values);
            foreach (int one in part.Targets.Classes)
            {
                Append(hash, one);
            }
        }

        return new(
            data,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            recipe.DescribeNetwork(features, outputs),
            $"{recipe.DescribeTraining()}, batches of {recipe.BatchSize}, {recipe.Epochs} epochs, seed {recipe.Seed}");
    }

    /// <summary>Refuses a checkpoint of something else.</summary>
    /// <param name="path">Of the checkpoint's file.</param>
    /// <param name="theirs">What it belongs to.</param>
    /// <exception cref="UserErrorException">It is of another network, training or other rows.</exception>
    internal void CheckSame(string path, RunIdentity theirs)
    {
        if (theirs.Network != Network)
        {
            throw new UserErrorException($"{path}: the checkpoint is of another network: {theirs.Network}. This is {Network}.");
        }

        if (theirs.Training != Training)
        {
            throw new UserErrorException($"{path}: the checkpoint is of another training: {theirs.Training}. This is {Training}.");
        }

        if (theirs.RowsSha256 != RowsSha256)
        {
            throw new UserErrorException($"{path}: the checkpoint is of other rows, those of {theirs.Data}: the data, their split or how they are taken differ from {Data} now.");
        }
    }

    private static void Append(IncrementalHash hash, ReadOnlyTensorView<float> rows)
    {
        byte[] bytes = new byte[rows.Columns * sizeof(float)];
        for (int row = 0; row < rows.Rows; row++)
        {
            for (int column = 0; column < rows.Columns; column++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(column * sizeof(float)), rows[row, column]);
            }

            hash.AppendData(bytes);
        }

        Append(hash, rows.Rows);
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
