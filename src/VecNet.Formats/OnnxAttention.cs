using System.Numerics;

namespace VecNet.Formats;

/// <summary>Attention and positions as operators of ONNX, for one sequence of any length: the rows of the graph's input.</summary>
internal sealed class OnnxAttention<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes the attention of all heads over q | k | v.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="features">The width of the output, which is a third of that of the input.</param>
    /// <param name="x">The name of the input.</param>
    /// <returns>The name of the output.</returns>
    internal string Write(AttentionHeads<T> layer, int features, string x)
    {
        // From tokens × (q | k | v) to 3 × heads × tokens × width of a head; 0 is the number of tokens.
        int width = features / layer.Heads;
        string shape = graph.WholeNumbers($"shape 3, {layer.Heads}, {width}", 0, 3, layer.Heads, width);
        string parts = graph.Node("Transpose", [graph.Node("Reshape", x, shape)], new OnnxAttribute("perm", [1, 2, 0, 3]));

        // A factor that is a single number would become one of the product in ONNX Runtime, in single precision.
        T[] scales = new T[width];
        Array.Fill(scales, T.CreateTruncating(1 / Math.Sqrt(width)));
        string query = graph.Node("Mul", Part("query", 0), graph.Vector($"scales of {width} features", scales));
        string key = graph.Node("Transpose", [Part("key", 1)], new OnnxAttribute("perm", [0, 1, 3, 2]));
        string scores = graph.Node("MatMul", query, key);
        string? distances = layer.IsCausal || layer.HasLinearBiases ? Distances(x) : null;
        if (layer.AlibiSlopes is { } slopes)
        {
            string name = $"slopes of {layer.Heads} heads";
            string factors = graph.Node("Unsqueeze", graph.Vector(name, [.. slopes]), graph.WholeNumbers("axes of slopes", 1, 2));
            scores = graph.Node("Sub", scores, graph.ToElement(graph.Node("Mul", factors, graph.Node("Abs", distances!))));
        }

        if (layer.IsCausal)
        {
            string isLater = graph.Node("Greater", distances!, graph.Number<double>(0));
            scores = graph.Node("Where", isLater, graph.Number(double.NegativeInfinity), scores);
        }

        string weights = graph.Node("Softmax", [scores], new OnnxAttribute("axis", -1));
        string heads = graph.Node("MatMul", weights, Part("value", 2));
        string tokens = graph.Node("Transpose", [heads], new OnnxAttribute("perm", [2, 0, 1, 3]));
        return graph.Node("Flatten", [tokens], new OnnxAttribute("axis", 1));

        string Part(string name, int index) =>
            graph.Node("Gather", [parts, graph.WholeNumbers($"index of the {name}", index)], new OnnxAttribute("axis", 0));
    }

    /// <summary>
    /// Writes the rotation of the pairs of features: u·cos θ ∓ v·sin θ, where v is the other feature of the pair of u. The angle is 0 for
    /// features that are not rotated.
    /// </summary>
    internal string Rotate(RotaryOptions rotary, int features, string x)
    {
        double[] frequencies = new double[features];
        T[] signs = new T[features];
        long[] partners = [.. Enumerable.Range(0, features)];
        (int width, int rotated) = rotary.Check(features / 3 * 2);
        (int step, int apart) = rotary.Pairing == RotaryPairing.Halves ? (1, rotated / 2) : (2, 1);
        for (int head = 0; head < features / 3 * 2; head += width)
        {
            for (int pair = 0; pair < rotated / 2; pair++)
            {
                int u = head + (pair * step), v = u + apart;
                frequencies[u] = frequencies[v] = Math.Pow(rotary.Base, -2.0 * pair / rotated);
                (signs[u], signs[v], partners[u], partners[v]) = (-T.One, T.One, v, u);
            }
        }

        string choice = $"of {features} features, {rotary.Pairing}, {rotated} of {width}";
        string angles = graph.Node("Mul", Column(x), graph.Vector($"frequencies {choice}, {rotary.Base}", frequencies));
        string shifted = graph.Node("Add", angles, graph.Number<double>(Math.PI / 2));
        string cosines = graph.ToElement(graph.Node("Sin", shifted));
        string sines = graph.Node("Mul", graph.ToElement(graph.Node("Sin", angles)), graph.Vector($"signs {choice}", signs));
        string others = graph.Node("Gather", [x, graph.WholeNumbers($"partners {choice}", partners)], new OnnxAttribute("axis", 1));
        return graph.Node("Add", graph.Node("Mul", x, cosines), graph.Node("Mul", others, sines));
    }

    /// <summary>Adds sines of the positions; cos θ = sin(θ + π/2), since runtimes do not have the cosine of doubles.</summary>
    internal string Encode(double inputScale, int features, string x)
    {
        double[] frequencies = [.. Enumerable.Range(0, features).Select(column => Math.Pow(10_000, -(double)(column / 2 * 2) / features))];
        double[] phases = [.. Enumerable.Range(0, features).Select(column => column % 2 * (Math.PI / 2))];
        string angles = graph.Node("Mul", Column(x), graph.Vector($"frequencies of {features} features", frequencies));
        string shifted = graph.Node("Add", angles, graph.Vector($"phases of {features} features", phases));
        return graph.Node("Add", graph.Node("Mul", x, graph.Number(inputScale)), graph.ToElement(graph.Node("Sin", shifted)));
    }

    /// <summary>j − i for tokens i and j, as a tokens × tokens matrix in double precision.</summary>
    private string Distances(string x)
    {
        string positions = Positions(x);
        return graph.Node("Sub", positions, graph.Node("Unsqueeze", positions, graph.WholeNumbers("axis of positions", 1)));
    }

    /// <summary>The positions of the tokens as a column.</summary>
    private string Column(string x) => graph.Node("Unsqueeze", Positions(x), graph.WholeNumbers("axis of positions", 1));

    /// <summary>The positions of the tokens, from 0, as a vector in double precision.</summary>
    private string Positions(string x)
    {
        string count = graph.Node("Gather", graph.Node("Shape", x), graph.WholeNumber("zero", 0));
        string range = graph.Node("Range", graph.WholeNumber("zero", 0), count, graph.WholeNumber("one", 1));
        return graph.Node("Cast", [range], new OnnxAttribute("to", OnnxGraph<T>.Double));
    }
}
