namespace VecNet.Tests;

/// <summary>The model that tests read is the one whose values are known.</summary>
public sealed class MiniLmTests
{
    [Fact]
    public void The_package_has_the_model()
    {
        using Stream vocabulary = MiniLm.OpenVocabulary(), network = MiniLm.OpenOnnx();
        Assert.Equal((262_030, 90_893_304), (vocabulary.Length, network.Length));
    }
}
