namespace VecNet.Text;

/// <summary>The index of weights that are in several safetensors files: which file has which tensor.</summary>
internal static class ShardIndex
{
    /// <summary>The name of the file, beside those with the tensors.</summary>
    internal const string Name = "model.safetensors.index.json";

    /// <summary>Reads the tensors of all files.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or does not have what the index says; the message names it.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    internal static EncoderWeights Read(string path)
    {
        JsonFile json = JsonFile.Read(path);
        string folder = Path.GetDirectoryName(path)!;
        var weights = new EncoderWeights();
        foreach (IGrouping<string, string> file in json.Texts("weight_map")
            .GroupBy(entry => entry.Value, entry => entry.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            string shard = Path.Combine(folder, json.Inside(file.Key));
            if (!Path.Exists(shard))
            {
                throw new FileNotFoundException($"{path}: the file '{file.Key}' with a part of the tensors does not exist.", shard);
            }

            InputFile.Named(shard, () =>
            {
                HashSet<string> names = weights.AddSafetensors(MappedFile.Open(shard));
                return file.FirstOrDefault(name => !names.Contains(name)) is { } missing
                    ? throw new InvalidDataException($"the tensor '{missing}' is missing, which is in this file according to {Name}.")
                    : weights;
            });
        }

        return weights;
    }
}
