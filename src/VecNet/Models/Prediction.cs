using System.Globalization;

namespace VecNet;

/// <summary>A predicted class: the most probable one, and the probability of each.</summary>
/// <remarks>
/// <code>
/// Prediction&lt;string&gt; flower = classifier.Predict([6.3f, 3.3f, 6.0f, 2.5f]);
/// Console.WriteLine($"{flower.Label}, and {flower["setosa"]:P0} for setosa");
/// </code>
/// It can be written and read as JSON: <c>{"label": …, "probability": …, "classes": [{"label": …, "probability": …}, …]}</c>.
/// </remarks>
/// <typeparam name="TLabel">The type of the labels, such as <see cref="string"/> or an enum.</typeparam>
public sealed class Prediction<TLabel>
{
    /// <summary>Creates a prediction.</summary>
    /// <param name="label">The label of the most probable class.</param>
    /// <param name="probability">Its probability.</param>
    /// <param name="classes">All classes.</param>
    public Prediction(TLabel label, double probability, IReadOnlyList<ClassProbability<TLabel>> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        Label = label;
        Probability = probability;
        Classes = classes;
    }

    /// <summary>The label of the most probable class.</summary>
    public TLabel Label { get; }

    /// <summary>The probability of that class.</summary>
    public double Probability { get; }

    /// <summary>All classes in the model's order, each with its probability; the probabilities sum to 1 up to rounding.</summary>
    public IReadOnlyList<ClassProbability<TLabel>> Classes { get; }

    /// <summary>The probability of one class.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such class.</exception>
    public double this[TLabel label]
    {
        get
        {
            foreach (ClassProbability<TLabel> one in Classes)
            {
                if (EqualityComparer<TLabel>.Default.Equals(one.Label, label))
                {
                    return one.Probability;
                }
            }

            throw new KeyNotFoundException(
                $"'{label}' is not one of the classes: {string.Join(", ", Classes.Select(one => one.Label))}.");
        }
    }

    /// <summary>The label and its probability.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label} ({Probability:F3})");
}

/// <summary>A class and its probability.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
/// <param name="Label">The label of the class.</param>
/// <param name="Probability">Its probability, in [0, 1].</param>
public readonly record struct ClassProbability<TLabel>(TLabel Label, double Probability);
