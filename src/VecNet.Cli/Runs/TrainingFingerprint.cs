using System.Buffers.Binary;
using System.IO.Hashing;

namespace VecNet.Cli;

/// <summary>The properties that must match when a training run resumes from a checkpoint.</summary>
/// <param name="Data">The name of the data.</param>
/// <param name="RowsHash">
/// The hash of all rows and targets as the network sees them, which a different split, target or preprocessing changes, too.
/// </param>
/// <param name="Network">A description of the network.</param>
/// <param name="Training">A description of the optimizer, the schedule, the batches and the seed.</param>
internal sealed record TrainingFingerprint(string Data, string RowsHash, string Network, string Training)
{
    /// <summary>The fingerprint of hyperparameters and rows.</summary>
    internal static TrainingFingerprint Of(
        string data, Hyperparameters hyperparameters, int features, int outputs, params ReadOnlySpan<Dataset<float>?> rows) => Of(
            data,
            hyperparameters.DescribeNetwork(features, outputs),
            $"{hyperparameters.DescribeTraining()}, batch size {hyperparameters.BatchSize}, {hyperparameters.Epochs} epochs, "
                + $"seed {hyperparameters.Seed}",
            rows);

    /// <summary>The fingerprint of descriptions and rows.</summary>
    internal static TrainingFingerprint Of(string data, string network, string training, params ReadOnlySpan<Dataset<float>?> rows)
    {
        var hash = new XxHash128();
        foreach (Dataset<float>? part in rows)
        {
            if (part is null)
            {
                continue;
            }

            if (part.SparseFeatures is { } sparse)
            {
                Append(hash, sparse);
            }
            else
            {
                Append(hash, part.Features.View);
            }

            foreach (int offset in part.Sequences.AsSpan())
            {
                Append(hash, offset);
            }

            Append(hash, part.Targets.Values);
            foreach (int one in part.Targets.Classes)
            {
                Append(hash, one);
            }

            foreach (double weight in part.RowWeights)
            {
                Append(hash, weight);
            }
        }

        return new(data, Convert.ToHexStringLower(hash.GetHashAndReset()), network, training);
    }

    /// <summary>Rejects a checkpoint of a different training run.</summary>
    /// <param name="path">The path of the checkpoint.</param>
    /// <param name="other">The fingerprint in the checkpoint.</param>
    /// <exception cref="UserErrorException">The network, the hyperparameters or the rows differ.</exception>
    internal void CheckSame(string path, TrainingFingerprint other)
    {
        if (other.Network != Network)
        {
            throw new UserErrorException($"{path}: the checkpoint is of a different network: {other.Network}. This run has {Network}.");
        }

        if (other.Training != Training)
        {
            throw new UserErrorException(
                $"{path}: the checkpoint has different hyperparameters: {other.Training}. This run has {Training}.");
        }

        if (other.RowsHash != RowsHash)
        {
            throw new UserErrorException(
                $"{path}: the checkpoint was saved with different data ({other.Data}): the rows, their split or the preprocessing options "
                + $"differ from those of this run ({Data}).");
        }
    }

    private static void Append(XxHash128 hash, SparseRows<float> rows)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            ReadOnlySpan<int> indices = rows.View.GetColumnIndices(row);
            byte[] bytes = new byte[indices.Length * sizeof(int)];
            for (int i = 0; i < indices.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), indices[i]);
            }

            hash.Append(bytes);
            Append(hash, rows.View.GetValues(row));
        }
    }

    private static void Append(XxHash128 hash, ReadOnlyTensorView<float> rows)
    {
        byte[] bytes = new byte[rows.Columns * sizeof(float)];
        for (int row = 0; row < rows.Rows; row++)
        {
            for (int column = 0; column < rows.Columns; column++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(column * sizeof(float)), rows[row, column]);
            }

            hash.Append(bytes);
        }

        Append(hash, rows.Rows);
    }

    private static void Append(XxHash128 hash, double number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
        hash.Append(bytes);
    }

    private static void Append(XxHash128 hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.Append(bytes);
    }
}
