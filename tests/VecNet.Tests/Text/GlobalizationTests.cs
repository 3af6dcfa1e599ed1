using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace VecNet.Tests;

/// <summary>
/// Tokens do not depend on the platform's Unicode data. The tests run with invariant globalization; those of this class also in a process
/// that has the data (ICU), where the library for it is installed.
/// </summary>
public sealed class GlobalizationTests
{
    /// <summary>Characters that have been decomposed only since Unicode 13 or 16.</summary>
    private static readonly (int First, int Last)[] NewlyDecomposed =
    [
        (0x105C9, 0x105C9), (0x105E4, 0x105E4), (0x11383, 0x11385), (0x1138E, 0x1138E), (0x11391, 0x11391), (0x113C5, 0x113C8),
        (0x11938, 0x11938), (0x16121, 0x16128), (0x16D68, 0x16D6A),
    ];

    [Fact]
    public async Task Tokens_are_the_same_with_Unicode_data()
    {
        using var scratch = new ScratchDirectory();
        string built = Path.ChangeExtension(typeof(GlobalizationTests).Assembly.Location, ".runtimeconfig.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(built))!;
        config["runtimeOptions"]!["configProperties"]!["System.Globalization.Invariant"] = false;
        scratch.Write("runtimeconfig.json", config.ToJsonString());
        string printed = await Command.Run(
            scratch.Path, "dotnet", "exec", "--runtimeconfig", scratch["runtimeconfig.json"],
            "--depsfile", Path.ChangeExtension(typeof(GlobalizationTests).Assembly.Location, ".deps.json"),
            typeof(GlobalizationTests).Assembly.Location, "-explicit", "only", "-class", typeof(WithUnicodeData).FullName!, "-noColor");
        Assert.Contains("Failed: 0", printed, StringComparison.Ordinal);
    }

    /// <summary>What the child process runs.</summary>
    public sealed class WithUnicodeData
    {
        private static bool IsInvariant => "\u00E9".Normalize(NormalizationForm.FormD).Length == 1;

        [Fact(Explicit = true)]
        public void Tokens_are_those_of_Hugging_Face()
        {
            Assert.SkipWhen(IsInvariant, "The platform has no Unicode data.");
            Assert.All(MiniLm.Texts, text => Assert.Equal(text.Ids, MiniLm.Tokenizer.Encode(text.Text)));
        }

        [Fact(Explicit = true)]
        public void Decompositions_are_those_of_the_platform()
        {
            Assert.SkipWhen(IsInvariant, "The platform has no Unicode data.");
            foreach (Rune character in UnicodeReference.All.Where(IsComparable))
            {
                Assert.Equal(
                    character.ToString().Normalize(NormalizationForm.FormD),
                    string.Concat(UnicodeReference.Decompose([character])));
            }
        }

        [Fact(Explicit = true)]
        public void Texts_are_decomposed_as_by_the_platform()
        {
            Assert.SkipWhen(IsInvariant, "The platform has no Unicode data.");
            for (int sample = 0; sample < 5000; sample++)
            {
                IEnumerable<int> parts = Enumerable.Range(100 * sample, sample % 100);
                Rune[] text = [.. TextSamples.Mixed(parts).EnumerateRunes().Where(IsComparable)];
                Assert.Equal(
                    string.Concat(text).Normalize(NormalizationForm.FormD), string.Concat(UnicodeReference.Decompose(text)));
            }
        }

        /// <summary>The platform may have characters that Unicode 9 did not have.</summary>
        private static bool IsComparable(Rune character) => character.Value != 0xFFFE
            && !Array.Exists(NewlyDecomposed, range => character.Value >= range.First && character.Value <= range.Last)
            && !(UnicodeReference.CategoryOf(character) == UnicodeCategory.OtherLetter
                && Rune.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark);
    }
}
