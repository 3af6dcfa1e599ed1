namespace VecNet.Tests;

/// <summary>What tests measure without judging it, for the README and whoever looks at the run: files under artifacts/figures.</summary>
internal static class Figures
{
    /// <summary>Replaces a file of figures.</summary>
    internal static void Write(string name, string text)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "figures")).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".txt"), text + Environment.NewLine);
    }
}
