using FsCheck.Xunit;

namespace VecNet.Tests;

/// <summary>Every layer by its input and every parameter, overwriting and accumulating: the library's own and those of a user.</summary>
[GradientProperties]
public sealed class LayerGradientTests
{
    public static TheoryData<string> Layers => [.. LayerChecks.Layers.Keys];

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_by_its_input_and_its_parameters(string name) => GradientPropertiesAttribute.ForAll(c =>
        GradientAssert.Proves(LayerChecks.Layers[name].Check(c), LayerChecks.IsConstant(name, c)));

    /// <summary>Seventeen steps of two layers: with a step of 5e-4, the truncation error was nine times the tolerance.</summary>
    [Fact]
    public void A_steep_recurrence_is_compared_with_a_small_step() =>
        GradientAssert.Proves(LayerChecks.Layers["Rnn"].Check(new GradientCase(17, 7, 9, 342402890)), false);

    [Property]
    public void LayerNorm_layer_without_scale(GradientCase c) =>
        GradientAssert.Proves(Check(new LayerNorm<double>(epsilon: 0.1, affine: false), c), c.Rows == 0 || c.Columns == 1);

    [Property]
    public void Embedding_layer_with_a_sparse_gradient(GradientCase c) => GradientAssert.Proves(
        EntryChecks.OfIndices(
            new Embedding<double>(OperationCatalog<double>.Entries, Math.Max(9, c.Outputs), sparseGradient: true), c), c.Rows == 0);

    /// <summary>The table has the gradient of the lookup and that of the projection. It is large, and a case takes 50 ms.</summary>
    [Property(MaxTest = 200)]
    public void A_projection_that_shares_the_table_of_an_embedding(GradientCase c)
    {
        int entries = OperationCatalog<double>.Entries, width = Math.Max(9, c.Outputs);
        var layers = new Sequential<double>(
            new Embedding<double>(entries, width, initialDeviation: 0.5), new FullyConnectedLayer<double>(width),
            new VocabularyProjection<double>(entries, bias: true, tied: true));
        GradientAssert.Proves(EntryChecks.OfIndices(layers, c), c.Rows == 0);
    }

    [Property]
    public void Attention_in_both_directions(GradientCase c) => GradientAssert.Proves(
        GradientCheck.Layer(
            new SelfAttention<double>(c.Columns % 2 == 0 ? 2 : 1), c.Input().View, LayerCheckOptions.OfSome, c.Seed,
            new(SampleSequences.Offsets(c.Rows))),
        c.Rows == 0);

    [Property]
    public void An_activation_of_a_user(GradientCase c) => GradientAssert.Proves(Check(new Swish(), c), c.Rows == 0);

    [Property]
    public void A_layer_of_a_user_with_parameters(GradientCase c) => GradientAssert.Proves(Check(new ScaleAndShift(), c), c.Rows == 0);

    private static GradientCheckResult Check(ILayer<double> layer, GradientCase c) =>
        GradientCheck.Layer(layer, c.Input().View, seed: c.Seed);
}
