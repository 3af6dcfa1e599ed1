using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Extensions.Hosting;

/// <summary>Checks a model that has been read, before it replaces another one.</summary>
internal static class ModelCheck
{
    /// <summary>Rejects a model of which a number that it predicts with is not finite.</summary>
    /// <exception cref="InvalidDataException">A number is NaN or infinite.</exception>
    internal static void RequireFinite<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!TensorPrimitives.IsFiniteAll<T>(model.Network.Parameters))
        {
            throw new InvalidDataException("a parameter of the model is not finite.");
        }

        // Of no numbers, IsFiniteAll is false.
        if (!model.Network.State.IsEmpty && !TensorPrimitives.IsFiniteAll<T>(model.Network.State))
        {
            throw new InvalidDataException("a running statistic of the model is not finite.");
        }
    }

    /// <summary>Rejects a model whose inputs or outputs differ from those of the model in use in their number, names or order.</summary>
    /// <exception cref="InvalidDataException">They differ; the message says in what.</exception>
    internal static void RequireSameInputsAndOutputs<T>(Model<T> model, Model<T> used)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (ShapeOf(model) != ShapeOf(used))
        {
            throw new InvalidDataException($"the model {Describe(model)}; the model in use {Describe(used)}.");
        }

        if (!model.TakesTexts)
        {
            RequireSameNames("feature", model.FeatureNames ?? model.Table?.Names, used.FeatureNames ?? used.Table?.Names);
        }

        RequireSameNames("class", model.ClassNames, used.ClassNames);
        if (model.TargetName != used.TargetName)
        {
            throw new InvalidDataException(
                $"the target of the model is {Quote(model.TargetName)}; that of the model in use is {Quote(used.TargetName)}.");
        }
    }

    /// <summary>What callers give and get: of a model that takes texts, they give a text, whatever its vocabulary is.</summary>
    private static (int? Inputs, int Outputs, bool TakesTexts, bool PredictsClasses) ShapeOf<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (model.TakesTexts ? null : model.Network.InputSize, model.Network.OutputSize, model.TakesTexts, model.PredictsClasses);

    private static string Describe<T>(Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string takes = model.TakesTexts ? "a text" : $"{model.Network.InputSize} features";
        string predicts = $"{model.Network.OutputSize} {(model.PredictsClasses ? "classes" : "numbers")}";
        return $"takes {takes} and predicts {predicts}";
    }

    /// <summary>Rejects names that differ, or that only one of the models has.</summary>
    private static void RequireSameNames(string kind, IReadOnlyList<string>? names, IReadOnlyList<string>? used)
    {
        for (int i = 0; i < Math.Max(names?.Count ?? 0, used?.Count ?? 0); i++)
        {
            if (names?[i] != used?[i])
            {
                throw new InvalidDataException(
                    $"{kind} {i} of the model is {Quote(names?[i])}; that of the model in use is {Quote(used?[i])}.");
            }
        }
    }

    private static string Quote(string? name) => name is null ? "without a name" : $"'{name}'";
}
