using System.Numerics;

namespace VecNet;

/// <summary>A loss with certain options in the catalog.</summary>
internal sealed class LossEntry<T>(string name, Func<int, Reduction, ILoss<T>> make, GoldenValues golden)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of its class, and after a comma its options.</summary>
    internal string Name { get; } = name;

    /// <summary>The factory of the loss for a number of outputs.</summary>
    internal Func<int, Reduction, ILoss<T>> Make { get; } = make;

    /// <summary>Its golden values, or the reason why there are none.</summary>
    internal GoldenValues Golden { get; } = golden;

    /// <summary>The factory of the loss from the parameters of a golden case; null for files that have their own test.</summary>
    internal Func<OptionSource<T>, Reduction, ILoss<T>>? FromGolden { get; init; }

    /// <summary>Whether targets may be classes.</summary>
    internal bool OfClasses { get; init; }

    /// <summary>Whether targets may be values.</summary>
    internal bool OfValues { get; init; } = true;

    /// <summary>Whether a mean is over rows, and not over elements.</summary>
    internal bool IsOverRows { get; init; }

    /// <summary>Whether the gradient may overwrite prediction or targets.</summary>
    internal bool InPlace { get; init; } = true;

    /// <summary>Whether the prediction must be above 0.</summary>
    internal bool OfProbabilities { get; init; }

    /// <summary>Whether targets that are values must be in [0, 1].</summary>
    internal bool ToProbabilities { get; init; }

    /// <summary>Whether the gradient is 0 where there is only one output.</summary>
    internal bool IsConstantOfOneOutput { get; init; }

    /// <summary>The reason why the gradient is not checked; null where it is.</summary>
    internal string? WithoutGradientCheck { get; init; }

    /// <summary>The class.</summary>
    internal string Class => Name.Split(',')[0];

    public override string ToString() => Name;
}
