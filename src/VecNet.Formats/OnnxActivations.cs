using System.Numerics;

namespace VecNet.Formats;

/// <summary>
/// Activations as operators of ONNX, as exact as the library's own: small results keep their digits, infinities and NaN become what they
/// become there.
/// </summary>
/// <remarks>
/// <para>
/// ONNX has operators for most of these, but their implementations lose what is small (a sigmoid as 1 − 1/(1 + e^x), an error function
/// near −1), end where the formula does not (at 18), make NaN of infinities, or are there in single precision only. So they are written
/// out in exponentials and logarithms, the same nodes in both precisions. NaN goes through every comparison as false, and from there into
/// the result.
/// </para>
/// <para>
/// e^x − 1 and log(1 + z) come from a power and a logarithm that need not know of each other's rounding: for u = e^x as it was rounded,
/// (u − 1)/log u changes slowly with u, so that x·(u − 1)/log u has the digits of x; likewise z·log u/(u − 1) for u = 1 + z as it was
/// rounded. Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2002, 1.14.1, after Kahan.
/// </para>
/// </remarks>
internal sealed class OnnxActivations<T>(OnnxGraph<T> graph)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Where e^x − 1 has long been −1, in both precisions.</summary>
    private const double FarForMinusOne = -50;

    /// <summary>Where x·σ(x) has long been 0, in both precisions; −∞ times 0 would be NaN.</summary>
    private const double FarForSigmoid = -800;

    /// <summary>The same of GELU's approximation.</summary>
    private const double FarForTanh = -60;

    /// <summary>Where the normal distribution has nothing left to give, in double precision.</summary>
    private const double FarForNormal = 39;

    /// <summary>2·√(2/π), and times 0.044715: of GELU's approximation.</summary>
    private const double Linear = 1.5957691216057308;
    private const double Cubic = 0.07135481627260025;

    /// <summary>
    /// Of the normal distribution beyond a, as <see cref="Beyond"/> takes them, by rising powers: for a ≤ 14.6 with a relative error of
    /// 4.0e-8.
    /// </summary>
    private static readonly double[] BeyondInSingle =
    [
        -0.8962979786034002, 0.7699034663415155, -0.20292379670725455, -0.13777576710676154, 0.05589880294618087, 0.038870957637303194,
        0.019527111640594924, -0.052234952810717, 0.019037243021404394,
    ];

    /// <summary>The same for a ≤ 39 with an error of 5.0e-17.</summary>
    private static readonly double[] BeyondInDouble =
    [
        -1.4947114020071635, 2.7605771959856615, -3.3567292227459076, 2.5932743249371746, -0.9999822564035065, -0.15010267946871605,
        0.3020820537576365, -0.013093499524030622, -0.08583938385052935, 0.0016998888072907584, 0.029785874591303416, -0.005432413405211707,
        0.016375078192997036, -0.05493186584371376, 0.08549793763920448, -0.10357667912592597, 0.10009075131812718, -0.06887882503079444, 0.03071342734842264,
        -0.007935504696300126, 0.0009056556133101725,
    ];

    private static bool IsDouble => typeof(T) == typeof(double);

    /// <summary>Writes the layer of an activation.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">The name of its input.</param>
    /// <returns>The name of its output.</returns>
    /// <exception cref="NotSupportedException">The layer has no counterpart.</exception>
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

    /// <summary>max(x, 0), and NaN for NaN.</summary>
    internal string ReLU(string x) => graph.Node("Relu", x);

    /// <summary>x where it is above 0, else slope · x.</summary>
    internal string LeakyReLU(string x, double slope) => AboveZero(x, Times<T>(x, slope));

    /// <summary>x where it is above 0, else α · (e^x − 1).</summary>
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

    /// <summary>With z = e^−|x|: z/(1 + z) where x is below 0, else 1/(1 + z).</summary>
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

    /// <summary>x where it is above 3, else n·(n + 3)/6 for n = max(x, −3).</summary>
    internal string HardSwish(string x)
    {
        string near = AtLeast<T>(x, -3);
        string parabola = graph.Node("Div", graph.Node("Mul", near, Plus<T>(near, 3)), graph.Number(6));
        return graph.Node("Where", graph.Node("Greater", x, graph.Number(3)), x, parabola);
    }

    /// <summary>With z = e^−|x|: x·n/(n + 2), n = z·(z + 2), where x is below 0, else x·(n/(n + 2z²)), n = 1 + 2z.</summary>
    internal string Mish(string x)
    {
        string z = Decay(x);
        string below = graph.Node("Mul", z, Plus<T>(z, 2));
        string above = Plus<T>(Times<T>(z, 2), 1);
        string weighted = graph.Node("Div", graph.Node("Mul", AtLeast<T>(x, FarForSigmoid), below), Plus<T>(below, 2));
        string weight = graph.Node("Div", above, graph.Node("Add", above, Times<T>(graph.Node("Mul", z, z), 2)));
        return graph.Node("Where", BelowZero<T>(x), weighted, graph.Node("Mul", x, weight));
    }

    /// <summary>x·σ(v), v = x·(Linear + Cubic·x²): in double precision, as e^v magnifies an error of v by |v|.</summary>
    internal string GELUTanh(string x)
    {
        string wide = graph.ToDouble(x);
        string near = AtLeast<double>(wide, FarForTanh);
        string v = graph.Node("Mul", near, Plus<double>(Times<double>(graph.Node("Mul", near, near), Cubic), Linear));
        return graph.ToElement(Weighted<double>(wide, near, Decay(v)));
    }

    /// <summary>
    /// max(x, 0) − a·Q(a), a = |x|, where Q is what of the normal distribution lies beyond: in double precision, as e^(−a²/2) magnifies
    /// an error of a².
    /// </summary>
    internal string GELU(string x)
    {
        string wide = graph.ToDouble(x);
        string a = graph.Node("Neg", AtLeast<double>(graph.Node("Neg", graph.Node("Abs", wide)), -FarForNormal));
        string positive = graph.Node("Where", BelowZero<double>(wide), graph.Number<double>(0), wide);
        return graph.ToElement(graph.Node("Sub", positive, graph.Node("Mul", a, Beyond(a))));
    }

    /// <summary>Softmax over the features.</summary>
    internal string Softmax(string x) => graph.Node("Softmax", [x], new OnnxAttribute("axis", -1));

    /// <summary>
    /// (x − m) − log Σ e^(x − m), with the largest element m of each row; not the operator, which in ONNX Runtime loses NaN in double
    /// precision.
    /// </summary>
    private string LogSoftmax(string x)
    {
        var keepsColumn = new OnnxAttribute("keepdims", 1);
        string difference = graph.Node("Sub", x, graph.Node("ReduceMax", [x], new OnnxAttribute("axes", [1]), keepsColumn));
        string sum = graph.Node("ReduceSum", [graph.Node("Exp", difference), graph.WholeNumbers("axes", 1)], keepsColumn);
        return graph.Node("Sub", difference, graph.Node("Log", sum));
    }

    /// <summary>
    /// Q(a) = e^(−a²/2)·(1 − s)·(½ + s·R(s)), s = a/(a + k), with the polynomial R: the library's own form, in which nothing cancels.
    /// </summary>
    private string Beyond(string a)
    {
        double[] coefficients = IsDouble ? BeyondInDouble : BeyondInSingle;
        string s = graph.Node("Div", a, Plus<double>(a, IsDouble ? 5 : 3.5));
        string polynomial = graph.Number<double>(coefficients[^1]);
        foreach (double coefficient in coefficients.Reverse().Skip(1).Append(0.5))
        {
            polynomial = Plus<double>(graph.Node("Mul", polynomial, s), coefficient);
        }

        string exponential = graph.Node("Exp", Times<double>(graph.Node("Mul", a, a), -0.5));
        return graph.Node("Mul", graph.Node("Mul", exponential, Plus<double>(graph.Node("Neg", s), 1)), polynomial);
    }

    /// <summary>With z = e^−|v|: near·z/(1 + z) where x is below 0, else x/(1 + z).</summary>
    private string Weighted<TElement>(string x, string near, string z)
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        graph.Node("Div", graph.Node("Where", BelowZero<TElement>(x), graph.Node("Mul", near, z), x), Plus<TElement>(z, 1));

    /// <summary>e^x − 1 for x of [−50, 0] or NaN.</summary>
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

    /// <summary>Not the operator Max, of which not every runtime gives NaN for NaN.</summary>
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
