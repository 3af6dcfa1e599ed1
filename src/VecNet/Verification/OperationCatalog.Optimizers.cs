using System.Numerics;

namespace VecNet;

internal static partial class OperationCatalog<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The optimizers, in every form that has its own update kernel or coefficients.</summary>
    /// <remarks>They are created on demand: a program that reads a model does not contain all update kernels.</remarks>
    internal static IReadOnlyList<OptimizerEntry<T>> Optimizers =>
    [
        SgdOf("Sgd", "optimizer_sgd"),
        SgdOf("Sgd, momentum", "optimizer_momentum", momentum: 0.8),
        SgdOf("Sgd, Nesterov", "optimizer_nesterov", momentum: 0.8, nesterov: 1),
        new(
            "Adagrad",
            (rate, o) => new Adagrad<T>(
                rate, o.Number("rateDecay"), o.Number("weightDecay"), o.Number("initialAccumulator"), o.Number("epsilon")),
            "optimizer_adagrad",
            new("rateDecay", 0.01, 0, "lr_decay"),
            WeightDecay(1e-4),
            new("initialAccumulator", 0.5, 0, "initial_accumulator_value"),
            new("epsilon", 1e-9, 1e-10, "eps")),
        RmsPropOf("RmsProp", "optimizer_rmsprop"),
        RmsPropOf("RmsProp, no memory", OfFormula, alpha: 0),
        RmsPropOf("RmsProp, momentum", OfFormula, momentum: 0.8),
        RmsPropOf("RmsProp, centered", OfFormula, centered: 1),
        RmsPropOf("RmsProp, centered, momentum", OfFormula, momentum: 0.8, centered: 1),
        AdamOf("Adam", "optimizer_adam", 0.8, 0.99),
        AdamOf("Adam, long memory", OfFormula, 0.99, 0.99999999),
        AdamOf("Adam, no memory", OfFormula, 0, 0),
        new(
            "AdamW",
            (rate, o) => new AdamW<T>(rate, o.Number("beta1"), o.Number("beta2"), o.Number("epsilon"), o.Number("weightDecay")),
            "optimizer_adamw",
            [.. AverageOptions(0.8, 0.99), WeightDecay(1e-3, 0.01)]),
    ];

    private static GoldenValues OfFormula => GoldenValues.None("OptimizerTests and OptimizerCoefficientTests hold it to its formula.");

    private static OptimizerEntry<T> SgdOf(string name, string golden, double momentum = 0, double nesterov = 0) => new(
        name,
        (rate, o) => new Sgd<T>(rate, o.Number("momentum"), o.Number("weightDecay"), o.Flag("nesterov")),
        golden,
        new("momentum", momentum, momentum, "momentum"),
        WeightDecay(1e-4),
        new("nesterov", nesterov, nesterov, "nesterov"));

    /// <remarks>The squares of a centered one are differences, which a larger ε keeps away from 0.</remarks>
    private static OptimizerEntry<T> RmsPropOf(
        string name, GoldenValues golden, double alpha = 0.98, double momentum = 0, double centered = 0) => new(
        name,
        (rate, o) => new RmsProp<T>(
            rate, o.Number("alpha"), o.Number("epsilon"), o.Number("momentum"), o.Flag("centered"), o.Number("weightDecay")),
        golden,
        new("alpha", alpha, 0.99, "alpha"),
        new("epsilon", centered == 0 ? 1e-7 : 1e-3, 1e-8, "eps"),
        new("momentum", momentum, momentum, "momentum"),
        new("centered", centered, centered, "centered"),
        WeightDecay(1e-4));

    private static OptimizerEntry<T> AdamOf(string name, GoldenValues golden, double beta1, double beta2) => new(
        name,
        (rate, o) => new Adam<T>(rate, o.Number("beta1"), o.Number("beta2"), o.Number("epsilon"), o.Number("weightDecay")),
        golden,
        [.. AverageOptions(beta1, beta2), WeightDecay(1e-4)]);

    private static CatalogOption[] AverageOptions(double beta1, double beta2) =>
        [new("beta1", beta1, 0.9, "beta1"), new("beta2", beta2, 0.999, "beta2"), new("epsilon", 1e-7, 1e-8, "eps")];

    private static CatalogOption WeightDecay(double sample, double ofDefault = 0) => new("weightDecay", sample, ofDefault, "weight_decay");
}
