namespace VecNet.Tests;

/// <summary>The backward pass of every function is the derivative of its forward pass.</summary>
public sealed class FunctionGradientTests
{
    public static TheoryData<string> Functions => [.. FunctionChecks.Functions.Keys];

    public static TheoryData<string, string> Variables
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (MultivariateFunction function in MultivariateFunctions.All)
            {
                foreach (string variable in function.Variables)
                {
                    rows.Add(function.Name, variable);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_of_one_tensor_by_its_input(string name) => GradientPropertiesAttribute.ForAll(c =>
        GradientAssert.Proves(FunctionChecks.Functions[name].Check(c), FunctionChecks.IsConstant(name, c)));

    [Theory]
    [MemberData(nameof(Variables))]
    public void A_function_of_several_tensors_by_one_of_them(string name, string variable) =>
        GradientPropertiesAttribute.ForAll(c => Holds(name, variable, c));

    [Fact]
    public void BatchNorm_of_two_rows_that_were_equal_by_chance() => Holds("BatchNorm", "scale", new(0, 1, 1, 1906708475));

    [Fact]
    public void BatchNorm_of_two_rows_whose_upstream_was_equal_by_chance() => Holds("BatchNorm", "input", new(0, 1, 1, 432666980));

    [Fact]
    public void LayerNorm_of_two_columns_that_were_equal_by_chance() => Holds("LayerNorm", "scale", new(1, 2, 1, 1596893714));

    private static void Holds(string name, string variable, GradientCase c)
    {
        MultivariateFunction function = FunctionChecks.Multivariate[name];
        int number = function.Variables.ToList().IndexOf(variable);
        GradientAssert.Proves(function.Check(number, c), FunctionChecks.IsConstant(function, number, c));
    }
}
