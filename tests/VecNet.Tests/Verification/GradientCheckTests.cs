namespace VecNet.Tests;

/// <summary>The check itself: what it names, what it lets pass, what it must not.</summary>
public sealed class GradientCheckTests
{
    private static readonly double[] Point = [0.3, -1.2, 2.0, 0.7, -0.4, 1.1];

    [Fact]
    public void The_worst_element_is_found_and_named()
    {
        GradientCheckResult result = GradientCheck.Function(
            Tanh.Forward,
            (_, y, g, gradInput) =>
            {
                Tanh.Backward(y, g, gradInput);
                gradInput[0, 2] += 1e-4;
                gradInput[1, 1] += 1e-2;
            },
            Point.AsView(2, 3), 2, 3);
        Assert.False(result.Passed);
        Assert.Equal(("input", 1, 1), (result.Worst.Tensor, result.Worst.Row, result.Worst.Column));
        Assert.Equal(6, result.Count);
        Assert.Equal(1e-2, result.Worst.Difference, 1e-6);
        GradientCheckException exception = Assert.Throws<GradientCheckException>(() => result.ThrowIfFailed());
        Assert.Contains("FAILED", exception.Message, StringComparison.Ordinal);
        Assert.Contains("input[1, 1]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_is_named_by_its_step_and_slot()
    {
        var network = new NeuralNetwork<double>(3, [new Tanh<double>(), new BrokenBias(2)], seed: 3);
        GradientCheckResult result = GradientCheck.Network(network, Point.AsView(2, 3), SumOfSquares);
        Assert.False(result.Passed);
        Assert.Equal("1.bias", result.Worst.Tensor.Split(' ')[0]);
    }

    [Fact]
    public void A_right_gradient_passes_and_says_so()
    {
        GradientCheckResult result = GradientCheck.Scalar(SumOfSquares, Point.AsView(3, 2));
        Assert.True(result.Passed);
        result.ThrowIfFailed();
        Assert.Contains("passed", result.ToString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// Ten samples of 100 columns are in ten different columns; a fault in all elements is found, and an empty matrix has no samples.
    /// </summary>
    [Fact]
    public void So_many_elements_as_are_asked_for_are_compared()
    {
        double[] point = [.. Enumerable.Range(0, 1000).Select(i => 0.1 + (i * 0.001))];
        var some = new GradientCheckOptions { MostElements = 10 };
        GradientCheckResult right = GradientCheck.Scalar(SumOfSquares, point.AsView(10, 100), some);
        Assert.Equal((true, 10), (right.Passed, right.Count));
        Assert.Equal(1000, GradientCheck.Scalar(SumOfSquares, point.AsView(10, 100), new() { MostElements = 1000 }).Count);
        var columns = new HashSet<int>();
        for (int wrong = 0; wrong < 100; wrong++)
        {
            GradientCheckResult result = GradientCheck.Scalar(
                (x, gradient) =>
                {
                    double value = SumOfSquares(x, gradient);
                    for (int row = 0; row < gradient.Rows; row++)
                    {
                        gradient[row, wrong] += 1;
                    }

                    return value;
                },
                point.AsView(10, 100),
                some);
            if (!result.Passed)
            {
                columns.Add(result.Worst.Column);
            }
        }

        Assert.Equal(10, columns.Count);
        Assert.Throws<ArgumentOutOfRangeException>("MostElements", () => new GradientCheckOptions { MostElements = 0 });
    }

    /// <summary>An error of 1e-5 of the gradient: PyTorch's criterion lets it pass, the project's own does not.</summary>
    [Fact]
    public void The_options_of_PyTorch_are_looser()
    {
        ScalarFunction slightlyWrong = (x, gradient) =>
        {
            double value = SumOfSquares(x, gradient);
            for (int column = 0; column < gradient.Columns; column++)
            {
                gradient[0, column] *= 1 + 1e-5;
            }

            return value;
        };
        Assert.False(GradientCheck.Scalar(slightlyWrong, Point).Passed);
        Assert.True(GradientCheck.Scalar(slightlyWrong, Point, GradientCheckOptions.PyTorch).Passed);
    }

    [Fact]
    public void The_options_of_PyTorch_are_its_documented_defaults()
    {
        GradientCheckOptions options = GradientCheckOptions.PyTorch;
        Assert.Equal((1e-6, 1e-5, 1e-3, 0.0), (options.Step, options.AbsoluteTolerance, options.RelativeTolerance, options.ScaleTolerance));
    }

    /// <summary>PyTorch's criterion still finds a factor of 1.01.</summary>
    [Fact]
    public void The_loosest_options_find_a_hundredth() => Assert.False(GradientCheck.Scalar(
        (x, gradient) =>
        {
            double value = SumOfSquares(x, gradient);
            Elementwise.Scale(gradient, 1.01, gradient);
            return value;
        },
        Point,
        GradientCheckOptions.PyTorch).Passed);

    [Theory]
    [InlineData(0, double.NaN)]
    [InlineData(3, double.NaN)]
    [InlineData(5, double.NaN)]
    [InlineData(3, double.PositiveInfinity)]
    [InlineData(3, double.NegativeInfinity)]
    public void A_gradient_that_is_not_finite_fails_and_is_named(int element, double value)
    {
        GradientCheckResult result = GradientCheck.Function(
            Sigmoid.Forward,
            (_, y, g, gradInput) =>
            {
                Sigmoid.Backward(y, g, gradInput);
                gradInput[0, element] = value;
            },
            Point, 1, Point.Length);
        Assert.False(result.Passed);
        Assert.Equal(element, result.Worst.Column);
    }

    /// <summary>Not only by itself, but among the other tensors of a layer, all of which are right.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void A_parameter_gradient_that_is_NaN_fails(int element)
    {
        GradientCheckResult result = GradientCheck.Layer(new BrokenWeight(2, element), Point.AsView(2, 3));
        Assert.False(result.Passed, result.ToString());
        Assert.Equal("0.weight", result.Worst.Tensor.Split(' ')[0]);
    }

    [Fact]
    public void A_forward_pass_that_returns_NaN_fails() =>
        Assert.False(GradientCheck.Scalar((_, gradient) =>
        {
            gradient.Clear();
            return double.NaN;
        }, Point).Passed);

    [Fact]
    public void A_layer_that_ignores_Accumulates_fails_by_its_accumulated_gradient()
    {
        GradientAssert.Proves(GradientCheck.Layer(new ScaleAndShift(), Point.AsView(2, 3)));
        GradientCheckResult result = GradientCheck.Layer(new ScaleAndShift(honoursAccumulates: false), Point.AsView(2, 3));
        Assert.False(result.Passed);
        Assert.Contains("(accumulated)", result.Worst.Tensor, StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_that_would_pass_are_told()
    {
        ScalarFunction constant = (_, gradient) =>
        {
            gradient.Clear();
            return 3;
        };
        GradientCheckResult result = GradientCheck.Scalar(constant, Point);
        Assert.True(result.Passed);
        Assert.False(result.ZeroWouldFail);
        Assert.True(GradientCheck.Scalar(SumOfSquares, Point).ZeroWouldFail);
    }

    [Fact]
    public void Nothing_to_check_is_told()
    {
        GradientCheckResult result = GradientCheck.Scalar(SumOfSquares, new double[0, 4]);
        Assert.True(result.Passed);
        Assert.Equal(0, result.Count);
        Assert.Contains("no element", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Input_parameters_and_state_are_left_as_they_were()
    {
        double[] input = [.. Point];
        var network = new NeuralNetwork<double>(3, 2, [4], new Tanh<double>(), seed: 5);
        double[] parameters = network.Parameters.ToArray();
        GradientCheck.Network(network, input.AsView(2, 3), SumOfSquares);
        Assert.Equal(Point, input);
        Assert.Equal(parameters, network.Parameters.ToArray());
    }

    /// <summary>Whoever checks a network goes on to train it: the zeros between aligned matrices must still be zeros.</summary>
    [Fact]
    public void A_network_can_be_trained_after_its_check()
    {
        var network = new NeuralNetwork<double>(3, 2, [4], new Tanh<double>(), seed: 5);
        TensorBuffer<double> input = TensorBuffer.Copy<double>(Point.AsView(2, 3));
        GradientCheck.Network(network, input.View, SumOfSquares);

        Workspace<double> workspace = network.CreateTrainingWorkspace(2);
        SumOfSquares(network.Forward(input.View, workspace), workspace.GradOutput);
        network.Backward(input.View, workspace.GradOutput, workspace);
        new Sgd<double>(0.1).Step(network.Parameters, network.Gradients);
        Assert.DoesNotContain(network.Parameters.ToArray(), double.IsNaN);
    }

    /// <summary>The stated errors of the four-point rule: exact for polynomials up to the fourth degree, but for rounding.</summary>
    [Fact]
    public void The_four_point_rule_is_of_fourth_order()
    {
        ScalarFunction fourthDegree = (x, gradient) =>
        {
            double sum = 0;
            for (int column = 0; column < x.Columns; column++)
            {
                sum += Math.Pow(x[0, column], 4);
                if (!gradient.IsEmpty)
                {
                    gradient[0, column] = 4 * Math.Pow(x[0, column], 3);
                }
            }

            return sum;
        };
        var exact = new GradientCheckOptions { Step = 0.05, ScaleTolerance = 1e-12 };
        GradientAssert.Proves(GradientCheck.Scalar(fourthDegree, Point, exact));
    }

    [Fact]
    public void The_upstream_gradient_follows_the_seed()
    {
        List<double> first = [];
        foreach (ulong seed in new ulong[] { 1, 1, 2 })
        {
            GradientCheck.Function(
                Tanh.Forward,
                (_, y, g, gradInput) =>
                {
                    first.Add(g[0, 0]);
                    Tanh.Backward(y, g, gradInput);
                },
                Point, 1, Point.Length, seed: seed);
        }

        Assert.Equal(first[0], first[1]);
        Assert.NotEqual(first[0], first[2]);
    }

    [Fact]
    public void Missing_arguments_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Scalar(null!, Point));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Function(null!, FunctionChecks.BackwardOf("Tanh"), Point, 1, 6));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Function(Tanh.Forward, null!, Point, 1, 6));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Layer(null!, Point));
        Assert.Throws<ArgumentNullException>(() => GradientCheck.Network(null!, Point, SumOfSquares));
    }

    /// <summary>What adds where it should overwrite is right only as long as somebody clears before.</summary>
    [Fact]
    public void A_layer_that_adds_to_the_inputs_gradient_fails()
    {
        GradientAssert.Proves(GradientCheck.Layer(new Custom(), Point.AsView(2, 3)), trueGradientIsZero: false);
        GradientCheckResult result = GradientCheck.Layer(new Custom { AddsToGradInput = true }, Point.AsView(2, 3));
        Assert.False(result.Passed);
        Assert.Equal("input", result.Worst.Tensor);
    }

    [Fact]
    public void A_forward_pass_that_leaves_an_output_unwritten_fails()
    {
        Assert.False(GradientCheck.Layer(new Custom { SkipsLastOutput = true }, Point.AsView(2, 3)).Passed);
        Assert.False(GradientCheck.Function(
            (x, y) => Tanh.Forward(x.SliceRows(0, 1), y.SliceRows(0, 1)),
            FunctionChecks.BackwardOf("Tanh"),
            Point.AsView(2, 3),
            2,
            3).Passed);
    }

    [Fact]
    public void A_tensor_whose_zeros_would_pass_is_named()
    {
        GradientCheckResult result = GradientCheck.Layer(new Custom { HasIdleParameter = true }, Point.AsView(2, 3));
        Assert.True(result.Passed && result.ZeroWouldFail, "The other tensors are proven.");
        Assert.Equal(["0.idle", "0.idle (accumulated)"], result.Unproven);
        result.ThrowIfFailed();
        GradientCheckException exception = Assert.Throws<GradientCheckException>(() => result.ThrowIfFailed(requireTeeth: true));
        Assert.Contains("0.idle", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("input,", exception.Message, StringComparison.Ordinal);

        GradientCheckResult proven = GradientCheck.Layer(new Custom(), Point.AsView(2, 3));
        Assert.Empty(proven.Unproven);
        proven.ThrowIfFailed(requireTeeth: true);
    }

    /// <summary>Thrown at each call in turn, so also in the middle of a step.</summary>
    [Fact]
    public void Parameters_are_put_back_when_the_loss_throws()
    {
        var network = new NeuralNetwork<double>(3, 2, [4], new Tanh<double>(), seed: 5);
        double[] parameters = network.Parameters.ToArray();
        double[] input = [.. Point];

        // Once with the gradient, then four points for each of 6 inputs and 26 parameters.
        const int Calls = 1 + (4 * (6 + 26));
        for (int failing = 1; failing <= Calls; failing++)
        {
            int calls = 0;
            ScalarFunction loss = (x, gradient) => ++calls == failing ? throw new NotFiniteNumberException() : SumOfSquares(x, gradient);
            Assert.Throws<NotFiniteNumberException>(() => GradientCheck.Network(network, input.AsView(2, 3), loss));
            Assert.Equal(parameters, network.Parameters.ToArray());
            Assert.Equal(Point, input);
        }
    }

    [Fact]
    public void State_is_put_back_when_the_loss_throws()
    {
        var network = new NeuralNetwork<double>(3, [new RunningSum()], seed: 1);
        network.State[0] = 41;
        int calls = 0;
        ScalarFunction loss = (x, gradient) => ++calls == 3 ? throw new NotFiniteNumberException() : SumOfSquares(x, gradient);
        Assert.Throws<NotFiniteNumberException>(() => GradientCheck.Network(network, Point.AsView(2, 3), loss));
        Assert.Equal(41, network.State[0]);
    }

    /// <summary>Each forward pass changes the state, and the output with it: differences are right from the same state only.</summary>
    [Fact]
    public void A_layer_whose_output_depends_on_its_state_is_checked_from_the_same_state()
    {
        GradientAssert.Proves(GradientCheck.Layer(new RunningSum(), Point.AsView(2, 3)));
        var network = new NeuralNetwork<double>(3, [new RunningSum(), new FullyConnectedLayer<double>(2)], seed: 1);
        network.State[0] = 41;
        GradientAssert.Proves(GradientCheck.Network(network, Point.AsView(2, 3), SumOfSquares));
        Assert.Equal(41, network.State[0]);
    }

    private static double SumOfSquares(ReadOnlyTensorView<double> x, TensorView<double> gradient)
    {
        double sum = 0;
        for (int row = 0; row < x.Rows; row++)
        {
            for (int column = 0; column < x.Columns; column++)
            {
                sum += x[row, column] * x[row, column];
                if (!gradient.IsEmpty)
                {
                    gradient[row, column] = 2 * x[row, column];
                }
            }
        }

        return sum;
    }

    private sealed class BrokenBias(int width) : FaultyLayer(new FullyConnectedLayer<double>(width))
    {
        protected override void Spoil(in BackwardPass<double> pass) => pass.Gradient(1)[0, 0] += 0.1;
    }

    private sealed class BrokenWeight(int width, int element) : FaultyLayer(new FullyConnectedLayer<double>(width))
    {
        protected override void Spoil(in BackwardPass<double> pass) => pass.Gradient(0).AsSpan()[element] = double.NaN;
    }

    /// <summary>y = 2x, with one fault or another.</summary>
    private sealed class Custom : ILayer<double>
    {
        public bool AddsToGradInput { get; init; }

        public bool SkipsLastOutput { get; init; }

        public bool HasIdleParameter { get; init; }

        public string Name => "custom";

        public void Configure(LayerDeclaration declaration)
        {
            if (HasIdleParameter)
            {
                declaration.AddParameter("idle", 1, 2);
            }
        }

        public void Forward(in ForwardPass<double> pass)
        {
            int rows = SkipsLastOutput ? pass.Input.Rows - 1 : pass.Input.Rows;
            Elementwise.Scale(pass.Input.SliceRows(0, rows), 2, pass.Output.SliceRows(0, rows));
        }

        public void Backward(in BackwardPass<double> pass)
        {
            if (HasIdleParameter && !pass.Accumulates)
            {
                pass.Gradient(0).Clear();
            }

            for (int row = 0; pass.WantsGradInput && row < pass.Input.Rows; row++)
            {
                for (int column = 0; column < pass.Input.Columns; column++)
                {
                    double before = AddsToGradInput ? pass.GradInput[row, column] : 0;
                    double slope = SkipsLastOutput && row == pass.Input.Rows - 1 ? 0 : 2;
                    pass.GradInput[row, column] = before + (slope * pass.GradOutput[row, column]);
                }
            }
        }
    }
}
