using System.Reflection;

namespace VecNet.Tests;

/// <summary>No public way to compute over views can be forgotten: each is in the registry, or here with the reason why not.</summary>
public sealed class OperationRegistryTests
{
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["TensorViewExtensions.AsView"] = "makes a view",
        ["GradientCheck.Function"] = "copies its input",
        ["GradientCheck.Scalar"] = "copies its input",
        ["GradientCheck.Layer"] = "copies its input",
        ["GradientCheck.Network"] = "copies its input",
        ["SplitMix64.Shuffle"] = "swaps items of any type within a span",
        ["IOptimizer.Step"] = "an interface",
        ["ILoss.Sum"] = "an interface",
        ["ILoss.GetWeight"] = "an interface",
        ["FeatureColumn.Encode"] = "makes numbers of text, one by one",
        ["TableFeatures.Encode"] = "makes numbers of text, one by one",
        ["TextHashing.Encode"] = "makes numbers of text, one by one",
        ["Model.PrepareInputs"] = "takes doubles to the network's precision: ModelTests, StandardizationTests",
        ["Model.RestoreOutputs"] = "takes the network's precision to doubles: ModelTests, StandardizationTests",
        ["Model.Predict"] = "a pass of a network: ModelPredictionTests",
        ["Model.PredictProbabilities"] = "a pass of a network: ModelPredictionTests",
        ["Model.PredictText"] = "a pass of a network: TextClassifierTests",
        ["Model.PredictNumbers"] = "a pass of a network: ModelPredictionTests",
        ["Classifier.ContinueFit"] = "copies its input: ContinueFitTests",
        ["Classifier.Fit"] = "copies its input",
        ["Classifier.CrossValidate"] = "copies its input",
        ["Classifier.Predict"] = "a pass of a network: ModelPredictionTests",
        ["Regressor.ContinueFit"] = "copies its input: ContinueFitTests",
        ["Regressor.Fit"] = "copies its input",
        ["Regressor.CrossValidate"] = "copies its input",
        ["Regressor.Predict"] = "a pass of a network: ModelPredictionTests",
        ["SampleWeights.Balanced"] = "makes new weights, one by one: SampleWeightTests",
        ["TemperatureScaling.Fit"] = "reads one element after another: TemperatureScalingTests",
        ["Standardization.Restore"] = "takes the network's precision to doubles: StandardizationTests",
        ["SparseRows.FromDense"] = "copies its input",
        ["SparseRowsView.CopyTo"] = "copies, row by row: SparseRowsTests",
        ["NpyFile.Write"] = "writes to a file, row by row",
        ["Workspace.SetStates"] = "copies, row by row: CarriedStateTests",
        ["StoredArray.FromMatrix"] = "copies, row by row",
    };

    [Fact]
    public void Every_public_method_that_takes_views_is_registered()
    {
        HashSet<string> registered = [.. Operations<float>.All.Values.Select(operation => operation.Method)];
        string[] missing = [.. PublicMethods().Where(name => !registered.Contains(name) && !Elsewhere.ContainsKey(name))];
        Assert.True(missing.Length == 0, $"Not in Operations<T>: {string.Join(", ", missing)}.");
    }

    [Fact]
    public void Nothing_is_registered_or_excused_that_does_not_exist()
    {
        HashSet<string> methods = [.. PublicMethods()];
        Assert.Empty(Operations<float>.All.Values.Select(operation => operation.Method).Concat(Elsewhere.Keys).Except(methods));
        Assert.Equal(Operations<float>.Names, Operations<double>.Names);
    }

    /// <summary>
    /// A call with the same array twice gives the same answer twice: an operand is read, or overwritten, and nothing but what is
    /// named here is read and
    /// written again. That operands to be read are not written is seen wherever <see cref="Operation{T}.Results"/> is called.
    /// </summary>
    [Fact]
    public void Only_sums_statistics_parameters_and_clipped_gradients_are_changed_in_place()
    {
        string[] changed = [.. Operations<float>.All.Values
            .SelectMany(
                operation => operation
                    .Operands(new(3, 5, 4))
                    .Where(operand => operand.Access == Access.Update)
                    .Select(operand => $"{operation.Method}: {operand.Name}"))
            .Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "BatchNorm.Forward: runningMean", "BatchNorm.Forward: runningVariance",
                "Conv1d.Backward: gradBias", "Conv1d.Backward: gradWeights",
                "EmbeddingBag.Backward: gradTable",
                "FullyConnected.Backward: gradBias", "FullyConnected.Backward: gradWeights",
                "GradientClipping.ByNorm: gradients", "GradientClipping.ByValue: gradients",
                "MatMul.Multiply: c", "MatMul.MultiplyTransposeA: c", "MatMul.MultiplyTransposeB: c",
                "Optimizer.Step: parameters",
                "ProjectedLoss.ForwardBackward: gradBias", "ProjectedLoss.ForwardBackward: gradTable",
                "Recurrence.Backward: gradHiddenBias", "Recurrence.Backward: gradHiddenWeights",
                "Recurrence.Backward: gradInputBias", "Recurrence.Backward: gradInputWeights",
                "SparseFullyConnected.Backward: gradBias", "SparseFullyConnected.Backward: gradWeights",
                "VocabularyProjection.Backward: gradBias", "VocabularyProjection.Backward: gradTable",
            ],
            changed);
    }

    private static IEnumerable<string> PublicMethods() => typeof(MatMul).Assembly.GetExportedTypes()
        .Where(type => !typeof(Delegate).IsAssignableFrom(type) && type.Name.Split('`')[0] is not ("SlotViews" or "ILayer"))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName && (TakesViews(method)
                || type.Name.StartsWith("TensorView`", StringComparison.Ordinal) && method.ReturnType == typeof(void)))
            .Select(method => $"{type.Name.Split('`')[0]}.{method.Name}"))
        .Distinct();

    /// <summary>Views, and spans of elements and of doubles: not of text, classes or bytes.</summary>
    private static bool TakesViews(MethodInfo method) => method.GetParameters().Select(parameter => parameter.ParameterType).Any(type =>
        type.Name.Split('`')[0] is "TensorView" or "ReadOnlyTensorView" or "Targets"
        || (type.Name is "Span`1" or "ReadOnlySpan`1"
            && (type.GenericTypeArguments[0].IsGenericParameter || type.GenericTypeArguments[0] == typeof(double))));
}
