namespace VecNet.Tests;

/// <summary>
/// A composite layer of random shape: values that are read by none, one or many layers, sums, concatenations, and composites inside.
/// </summary>
/// <param name="seed">The seed of the shape, not of parameters.</param>
/// <param name="nodes">How many layers, sums and concatenations are drawn.</param>
/// <param name="withDropout">Whether dropout is among the layers.</param>
/// <param name="ofVecNet">Whether all layers are VecNet's own.</param>
internal sealed class RandomComposite(ulong seed, int nodes, bool withDropout = true, bool ofVecNet = false) : ICompositeLayer<double>
{
    private const int Widest = 8;

    public string Name => "random";

    public NetworkValue<double> Expand(NetworkBuilder<double> builder, NetworkValue<double> input)
    {
        var random = new Seeded(seed);
        List<NetworkValue<double>> values = [input];
        List<NetworkValue<double>> unread = [];
        for (int i = 0; i < nodes; i++)
        {
            NetworkValue<double> x = Draw();
            NetworkValue<double> made = random.Integer(0, 9) switch
            {
                0 => Sum(x, Draw()),
                1 when x.Features < Widest => builder.Concatenate(x, Draw(), x),
                2 when x.Features < Widest => builder.Concatenate(x, Draw()),
                3 => builder.Apply(
                    new Residual<double>(Layer(x.Features), new FullyConnectedLayer<double>(x.Features, WeightInitialization.XavierNormal)),
                    x),
                4 => builder.Chain(
                    [
                        new FullyConnectedLayer<double>(4, WeightInitialization.XavierNormal), new Tanh<double>(),
                        new FullyConnectedLayer<double>(3, WeightInitialization.XavierNormal), new Sigmoid<double>(),
                    ],
                    x),
                _ => builder.Apply(Layer(x.Features), x),
            };
            values.Add(made);
            unread.Add(made);
        }

        return unread.Count switch { 0 => input, 1 => unread[0], _ => builder.Concatenate([.. unread]) };

        NetworkValue<double> Draw()
        {
            NetworkValue<double> value = values[random.Integer(0, values.Count - 1)];
            unread.RemoveAll(other => other.Buffer == value.Buffer);
            return value;
        }

        NetworkValue<double> Sum(NetworkValue<double> x, NetworkValue<double> y) => x.Features == y.Features
            ? builder.Add(x, y)
            : builder.Add(x, builder.Apply(new FullyConnectedLayer<double>(x.Features, WeightInitialization.XavierNormal), y));

        ILayer<double> Layer(int width) => random.Integer(0, 10) switch
        {
            0 => new Tanh<double>(),
            1 => new Sigmoid<double>(),
            2 => new GELU<double>(),
            3 => ofVecNet ? new BatchNorm<double>() : new Swish(),
            4 => ofVecNet ? new SiLU<double>() : new ScaleAndShift(),
            5 => new LayerNorm<double>(0.3),
            6 when withDropout => new Dropout<double>(0.3),
            7 => new Softmax<double>(),
            8 when width <= Widest => new Sequential<double>(
                new LayerNorm<double>(0.3), new SelfAttention<double>(width % 2 == 0 ? 2 : 1, causal: width % 3 == 0)),
            _ => new FullyConnectedLayer<double>(random.Integer(1, int.Min(width + 2, Widest)), WeightInitialization.XavierNormal),
        };
    }
}
