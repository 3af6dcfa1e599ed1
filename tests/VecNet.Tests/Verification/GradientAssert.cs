namespace VecNet.Tests;

/// <summary>What is asked of every gradient check.</summary>
internal static class GradientAssert
{
    /// <summary>The check passes, and a backward pass of nothing but zeros would have failed it.</summary>
    /// <param name="result">The result of the check.</param>
    /// <param name="trueGradientIsZero">
    /// Where the function really does not depend on the input: an empty batch, softmax over one class, ReLU of negative inputs only, a
    /// mask that dropped everything, weights that are all zero. There the zeros must not fail.
    /// </param>
    public static void Proves(GradientCheckResult result, bool trueGradientIsZero = false)
    {
        Assert.True(result.Passed, result.ToString());
        Assert.True(
            result.ZeroWouldFail != trueGradientIsZero,
            $"{(trueGradientIsZero ? "The gradient should be zero and is not" : "An all-zero backward pass would have passed")}: {result}");
    }
}
