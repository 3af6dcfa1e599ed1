using System.Numerics;

namespace VecNet;

/// <summary>A loss with certain options in the catalog.</summary>
internal sealed class LossEntry<T>(string name, Func<int, Reduction, ILoss<T>> make, GoldenValues golden)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of its class, and after a comma its options.</summary>
    internal readonly string Name = name;

    /// <summary>The factory of the loss for a number of outputs.</summary>
    internal readonly Func<int, Reduction, ILoss<T>> Make = make;

    /// <summary>Its golden values, or the reason why there are none.</summary>
    internal readonly GoldenValues Golden = golden;

    /// <summary>The factory of the loss from the parameters of a golden case; null for files that have their own test.</summary>
    internal Func<OptionSource<T>, Reduction, ILoss<T>>? FromGolden;

    /// <summary>Whether targets may be classes.</summary>
    internal bool OfClasses;

    /// <summary>Whether targets may be values.</summary>
    internal bool OfValues = true;

    /// <summary>Whether a mean is over rows, and not over elements.</summary>
    internal bool IsOverRows;

    /// <summary>Whether the gradient may overwrite prediction or targets.</summary>
    internal bool InPlace = true;

    /// <summary>Whether the prediction must be above 0.</summary>
    internal bool OfProbabilities;

    /// <summary>Whether targets that are values must be in [0, 1].</summary>
    internal bool ToProbabilities;

    /// <summary>Whether the gradient is 0 where there is only one output.</summary>
    internal bool IsConstantOfOneOutput;

    /// <summary>The reason why the gradient is not checked; null where it is.</summary>
    internal string? WithoutGradientCheck;

    /// <summary>The class.</summary>
    internal string Class => Name.Split(',')[0];

    public override string ToString() => Name;
}
