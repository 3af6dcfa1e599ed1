namespace VecNet.Cli;

/// <summary>A function of several tensors, or with constants besides its one tensor, in the catalog.</summary>
internal sealed class MultivariateFunction(
    string name, IReadOnlyList<string> variables, Func<IGradientSample, MultivariateFunction.Point> at)
{
    /// <summary>The name of its class, and after a comma the form.</summary>
    internal string Name { get; } = name;

    /// <summary>The tensors by which it can be differentiated.</summary>
    internal IReadOnlyList<string> Variables { get; } = variables;

    /// <summary>The function at the values of a sample.</summary>
    internal Func<IGradientSample, Point> At { get; } = at;

    /// <summary>Computes the output from the values of a point.</summary>
    internal delegate void ForwardPass(Point at, TensorView<double> output);

    /// <summary>Computes ∂L/∂variable for every variable, to be overwritten, from ∂L/∂output.</summary>
    internal delegate void BackwardPass(Point at, ReadOnlyTensorView<double> gradOutput, TensorBuffer<double>[] gradients);

    /// <summary>The class.</summary>
    internal string Class => Name.Split(',')[0];

    /// <summary>Checks the gradient by one variable, with the function's own backward pass or another.</summary>
    internal GradientCheckResult Check(int variable, IGradientSample sample, BackwardPass? backward = null)
    {
        Point at = At(sample);
        TensorBuffer<double>[] gradients = [.. at.Variables.Select(values => new TensorBuffer<double>(values.Rows, values.Columns))];
        return GradientCheck.Function(
            (x, y) =>
            {
                x.CopyTo(at[variable]);
                at.Forward(at, y);
            },
            (x, _, gradOutput, gradient) =>
            {
                x.CopyTo(at[variable]);

                // The initial content must not matter.
                gradient.CopyTo(gradients[variable].View);
                (backward ?? at.Backward)(at, gradOutput, gradients);
                gradients[variable].View.CopyTo(gradient);
            },
            at[variable],
            at.Rows,
            at.Columns,
            seed: sample.Seed);
    }

    /// <summary>A function at given values.</summary>
    /// <param name="Variables">The values of the variables.</param>
    /// <param name="Constants">What else forward and backward pass share, such as a mask or saved statistics.</param>
    /// <param name="Rows">Rows of the output.</param>
    /// <param name="Columns">Columns of the output.</param>
    /// <param name="Forward">The forward pass.</param>
    /// <param name="Backward">The backward pass, which follows a forward pass of the same values.</param>
    internal sealed record Point(
        TensorBuffer<double>[] Variables,
        TensorBuffer<double>[] Constants,
        int Rows,
        int Columns,
        ForwardPass Forward,
        BackwardPass Backward)
    {
        /// <summary>The values of a variable.</summary>
        internal TensorView<double> this[int variable] => Variables[variable].View;

        /// <summary>A constant.</summary>
        internal TensorView<double> Constant(int number) => Constants[number].View;
    }
}
