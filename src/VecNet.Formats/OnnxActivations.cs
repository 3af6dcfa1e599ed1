using System.Numerics;

namespace VecNet.Formats;

/// <summary>
/// Activations as ONNX operators with the accuracy of the library: small results keep their precision, and infinities and NaN have the same
/// results.
/// </summary>
/// <remarks>
/// <para>
/// ONNX has operators for most of these, but their implementations lose small results (a sigmoid as 1 − 1/(1 + e^x), an error function
/// near −1), are cut off where the formula is not (at 18), return NaN for infinities, or exist in single precision only. So activations
/// are written as exponentials and logarithms, with the same nodes in both precisions. Every comparison with NaN is false, and the branch
/// that is taken then returns NaN.
/// </para>
/// <para>
/// e^x − 1 and log(1 + z) are computed from an exponential and a logarithm whose rounding errors cancel: for the rounded u = e^x,
/// (u − 1)/log u changes slowly with u, so that x·(u − 1)/log u has the digits of x; likewise z·log u/(u − 1) for the rounded u = 1
/// + z. Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2002, 1.14.1, after Kahan.
/// </para>
/// </remarks>
internal sealed class OnnxActivations<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A number below which e^x − 1 is −1 in both precisions.</summary>
    private const double FarForMinusOne = -50;

    /// <summary>A number below which x·σ(x) is 0 in both precisions; −∞ times 0 would be NaN.</summary>
    private const double FarForSigmoid = -800;

    /// <summary>A number below which GELU's approximation is 0.</summary>
    private const double FarForTanh = -60;

    /// <summary>A number above which the tail of the normal distribution is 0 in double precision.</summary>
    private const double FarForNormal = 39;

    /// <summary>The coefficients of GELU's approximation: 2·√(2/π), and the same times 0.044715.</summary>
    private const double Linear = 1.5957691216057308;
    private const double Cubic = 0.07135481627260025;

    /// <summary>
    /// The coefficients of <see cref="UpperTail"/> in ascending powers, for a ≤ 14.6 with a relative error of 4.0e-8.
    /// </summary>
    private static readonly double[] TailInSingle =
    [
        -0.8962979786034002, 0.7699034663415155, -0.20292379670725455, -0.13777576710676154, 0.05589880294618087, 0.038870957637303194,
        0.019527111640594924, -0.052234952810717, 0.019037243021404394,
    ];

    /// <summary>The coefficients of <see cref="UpperTail"/> for a ≤ 39 with a relative error of 5.0e-17.</summary>
    private static readonly double[] TailInDouble =
    [
        -1.4947114020071635, 2.7605771959856615, -3.3567292227459076, 2.5932743249371746, -0.9999822564035065, -0.15010267946871605,
        0.3020820537576365, -0.013093499524030622, -0.08583938385052935, 0.0016998888072907584, 0.029785874591303416, -0.005432413405211707,
        0.016375078192997036, -0.05493186584371376, 0.08549793763920448, -0.10357667912592597, 0.10009075131812718,
        -0.06887882503079444, 0.03071342734842264,
        -0.007935504696300126, 0.0009056556133101725,
    ];

    private static bool IsDouble => typeof(T) == typeof(double);

    /// <summary>Writes the layer of an activation.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">The name of the input.</param>
    /// <returns>The name of the output.</returns>
    /// <exception cref="NotSupportedException">The layer has no equivalent in ONNX.</exception>
    internal string Write(ActivationLayer<T> layer, string x) => layer switch
    {
        Sigmoid<T> => Sigmoid(x),
        Tanh<T> => Tanh(x),
        ReLU<T> => ReLU(x),
        LeakyReLU<T> leaky => LeakyReLU(x, leaky.Slope),
        ELU<T> elu => ELU(x, elu.Alpha),
        GELU<T> => GELU(x),
        GELUTanh<T> => GELUTanh(x),
        SiLU<T> => SiLU(x),
        HardSwish<T> => HardSwish(x),
        Mish<T> => Mish(x),
        Softplus<T> softplus => Softplus(x, softplus.Beta),
        Softmax<T> => Softmax(x),
        LogSoftmax<T> => LogSoftmax(x),
        _ => throw OnnxLayers<T>.Unknown(layer),
    };

    /// <summary>max(x, 0); NaN for NaN.</summary>
    internal string ReLU(string x) => graph.Node("Relu", x);

    /// <summary>x if x > 0, and slope · x otherwise.</summary>
    internal string LeakyReLU(string x, double slope) => AboveZero(x, Times<T>(x, slope));

    /// <summary>x if x > 0, and α · (e^x − 1) otherwise.</summary>
    internal string ELU(string x, double alpha) => AboveZero(x, Times<T>(ExpMinusOne(AtLeast<T>(x, FarForMinusOne)), alpha));

    /// <summary>max(x, 0) + log(1 + e^−|βx|)/β.</summary>
    internal string Softplus(string x, double beta)
    {
        string z = Decay(Times<T>(x, beta));
        string u = Plus<T>(z, 1);
        string quotient = graph.Node("Div", graph.Node("Mul", z, graph.Node("Log", u)), Plus<T>(u, -1));
        string logarithm = graph.Node("Where", graph.Node("Equal", u, graph.Number(1)), z, quotient);
        return graph.Node("Add", graph.Node("Relu", x), graph.Node("Div", logarithm, graph.Number(beta)));
    }

    /// <summary>With z = e^−|x|: z/(1 + z) if x &lt; 0, and 1/(1 + z) otherwise.</summary>
    internal string Sigmoid(string x)
    {
        string z = Decay(x);
        return graph.Node("Div", graph.Node("Where", BelowZero<T>(x), z, graph.Number(1)), Plus<T>(z, 1));
    }

    /// <summary>With u = e^−2|x| − 1: −u/(2 + u), with the sign of x.</summary>
    internal string Tanh(string x)
    {
        string u = ExpMinusOne(AtLeast<T>(Times<T>(graph.Node("Abs", x), -2), FarForMinusOne));
        string tanh = graph.Node("Div", u, Plus<T>(u, 2));
        return graph.Node("Where", BelowZero<T>(x), tanh, graph.Node("Neg", tanh));
    }

    /// <summary>x·σ(x).</summary>
    internal string SiLU(string x) => Weighted<T>(x, AtLeast<T>(x, FarForSigmoid), Decay(x));

    /// <summary>x if x > 3, and n·(n + 3)/6 with n = max(x, −3) otherwise.</summary>
    internal string HardSwish(string x)
    {
        string near = AtLeast<T>(x, -3);
        string parabola = graph.Node("Div", graph.Node("Mul", near, Plus<T>(near, 3)), graph.Number(6));
        return graph.Node("Where", graph.Node("Greater", x, graph.Number(3)), x, parabola);
    }

    /// <summary>With z = e^−|x|: x·n/(n + 2), n = z·(z + 2), if x &lt; 0, and x·(n/(n + 2z²)), n = 1 + 2z, otherwise.</summary>
    internal string Mish(string x)
    {
        string z = Decay(x);
        string below = graph.Node("Mul", z, Plus<T>(z, 2));
        string above = Plus<T>(Times<T>(z, 2), 1);
        string weighted = graph.Node("Div", graph.Node("Mul", AtLeast<T>(x, FarForSigmoid), below), Plus<T>(below, 2));
        string weight = graph.Node("Div", above, graph.Node("Add", above, Times<T>(graph.Node("Mul", z, z), 2)));
        return graph.Node("Where", BelowZero<T>(x), weighted, graph.Node("Mul", x, weight));
    }

    /// <summary>x·σ(v), v = x·(Linear + Cubic·x²), in double precision, since e^v magnifies a relative error of v by |v|.</summary>
    internal string GELUTanh(string x)
    {
        string wide = graph.ToDouble(x);
        string near = AtLeast<double>(wide, FarForTanh);
        string v = graph.Node("Mul", near, Plus<double>(Times<double>(graph.Node("Mul", near, near), Cubic), Linear));
        return graph.ToElement(Weighted<double>(wide, near, Decay(v)));
    }

    /// <summary>
    /// max(x, 0) − a·Q(a), a = |x|, where Q is the upper tail of the normal distribution, in double precision, since e^(−a²/2)
    /// magnifies a relative error of a².
    /// </summary>
    internal string GELU(string x)
    {
        string wide = graph.ToDouble(x);
        string a = graph.Node("Neg", AtLeast<double>(graph.Node("Neg", graph.Node("Abs", wide)), -FarForNormal));
        string positive = graph.Node("Where", BelowZero<double>(wide), graph.Number<double>(0), wide);
        return graph.ToElement(graph.Node("Sub", positive, graph.Node("Mul", a, UpperTail(a))));
    }

    /// <summary>Softmax over the features.</summary>
    internal string Softmax(string x) => graph.Node("Softmax", [x], new OnnxAttribute("axis", -1));

    /// <summary>
    /// (x − m) − log Σ e^(x − m), where m is the largest element of the row. The operator LogSoftmax of ONNX Runtime loses NaN in
    /// double precision.
    /// </summary>
    private string LogSoftmax(string x)
    {
        var keepsColumn = new OnnxAttribute("keepdims", 1);
        string difference = graph.Node("Sub", x, graph.Node("ReduceMax", [x], new OnnxAttribute("axes", [1]), keepsColumn));
        string sum = graph.Node("ReduceSum", [graph.Node("Exp", difference), graph.WholeNumbers("axes", 1)], keepsColumn);
        return graph.Node("Sub", difference, graph.Node("Log", sum));
    }

    /// <summary>
    /// Q(a) = e^(−a²/2)·(1 − s)·(½ + s·R(s)), s = a/(a + k), with the polynomial R: the form of the library, in which no digits
    /// cancel.
    /// </summary>
    private string UpperTail(string a)
    {
        double[] coefficients = IsDouble ? TailInDouble : TailInSingle;
        string s = graph.Node("Div", a, Plus<double>(a, IsDouble ? 5 : 3.5));
        string polynomial = graph.Number<double>(coefficients[^1]);
        foreach (double coefficient in coefficients.Reverse().Skip(1).Append(0.5))
        {
            polynomial = Plus<double>(graph.Node("Mul", polynomial, s), coefficient);
        }

        string exponential = graph.Node("Exp", Times<double>(graph.Node("Mul", a, a), -0.5));
        return graph.Node("Mul", graph.Node("Mul", exponential, Plus<double>(graph.Node("Neg", s), 1)), polynomial);
    }

    /// <summary>With z = e^−|v|: near·z/(1 + z) if x &lt; 0, and x/(1 + z) otherwise.</summary>
    private string Weighted<TElement>(string x, string near, string z)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        graph.Node("Div", graph.Node("Where", BelowZero<TElement>(x), graph.Node("Mul", near, z), x), Plus<TElement>(z, 1));

    /// <summary>e^x − 1 for x in [−50, 0] or NaN.</summary>
    private string ExpMinusOne(string x)
    {
        string u = graph.Node("Exp", x);
        string quotient = graph.Node("Div", graph.Node("Mul", Plus<T>(u, -1), x), graph.Node("Log", u));
        return graph.Node("Where", graph.Node("Equal", u, graph.Number(1)), x, quotient);
    }

    /// <summary>e^−|x|.</summary>
    private string Decay(string x) => graph.Node("Exp", graph.Node("Neg", graph.Node("Abs", x)));

    private string AboveZero(string x, string otherwise) => graph.Node("Where", graph.Node("Greater", x, graph.Number(0)), x, otherwise);

    private string BelowZero<TElement>(string x)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> => graph.Node("Less", x, graph.Number<TElement>(0));

    /// <summary>The maximum of x and a number; the operator Max does not return NaN for NaN in every runtime.</summary>
    private string AtLeast<TElement>(string x, double least)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        string bound = graph.Number<TElement>(least);
        return graph.Node("Where", graph.Node("Less", x, bound), bound, x);
    }

    private string Times<TElement>(string x, double factor)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> => graph.Node("Mul", x, graph.Number<TElement>(factor));

    private string Plus<TElement>(string x, double addend)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> => graph.Node("Add", x, graph.Number<TElement>(addend));
}
