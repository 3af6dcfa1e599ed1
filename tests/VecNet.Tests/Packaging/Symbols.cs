using System.Reflection.Metadata;
using System.Text;

namespace VecNet.Tests;

/// <summary>What a file of symbols knows of the sources.</summary>
/// <param name="Sources">All of them.</param>
/// <param name="Embedded">Those whose text it holds.</param>
/// <param name="SourceLink">Where the others are, as JSON; empty if it does not say.</param>
internal sealed record Symbols(IReadOnlyList<string> Sources, IReadOnlyList<string> Embedded, string SourceLink)
{
    // Kinds of custom debug information, from the specification of portable PDB files.
    private static readonly Guid EmbeddedSource = new("0e8a571b-6926-466e-b4ad-8ab04611f5fe");
    private static readonly Guid SourceLinkMap = new("cc110556-a091-4d38-9fec-25ab9a351a6a");

    internal static Symbols Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(stream);
        MetadataReader reader = provider.GetMetadataReader();
        var sources = new List<string>();
        var embedded = new List<string>();
        foreach (DocumentHandle handle in reader.Documents)
        {
            string name = reader.GetString(reader.GetDocument(handle).Name);
            sources.Add(name);
            if (Information(reader, handle, EmbeddedSource) is not null)
            {
                embedded.Add(name);
            }
        }

        return new(sources, embedded, Encoding.UTF8.GetString(Information(reader, EntityHandle.ModuleDefinition, SourceLinkMap) ?? []));
    }

    private static byte[]? Information(MetadataReader reader, EntityHandle of, Guid kind) => reader.GetCustomDebugInformation(of)
        .Select(reader.GetCustomDebugInformation)
        .Where(information => reader.GetGuid(information.Kind) == kind)
        .Select(information => reader.GetBlobBytes(information.Value))
        .FirstOrDefault();
}
