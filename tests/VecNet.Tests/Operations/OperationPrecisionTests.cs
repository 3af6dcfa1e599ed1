namespace VecNet.Tests;

/// <summary>
/// The same code in float and in double: as far apart as the roundings of float allow, for every operation and whole networks.
/// </summary>
/// <remarks>
/// The bound is derived at <see cref="Operation{T}.Bound"/>; closer ones, function by function, are in FunctionPrecisionTests.
/// </remarks>
public sealed class OperationPrecisionTests
{
    private static readonly Sizes[] Cases =
    [
        new(0, 5, 4), new(1, 1, 1), new(1, 7, 3), new(3, 5, 9), new(17, 33, 10), new(5, 128, 64), new(64, 17, 1),
    ];

    public static TheoryData<string> Names => [.. Operations<float>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Float_is_within_the_bound_of_double(string name)
    {
        Operation<float> operation = Operations<float>.All[name];
        foreach (Sizes sizes in Cases.Where(operation.Accepts))
        {
            for (ulong seed = 0; seed < 20; seed++)
            {
                float[] narrow = operation.Results(sizes, seed);
                double[] wide = Operations<double>.All[name].Results(sizes, seed);
                for (int i = 0, j = 0; i < narrow.Length; i++, j++)
                {
                    operation.AssertWithin(sizes, wide[j], narrow[i], i);
                }
            }
        }
    }
}
