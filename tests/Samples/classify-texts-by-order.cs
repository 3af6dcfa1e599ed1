#:project ../../src/VecNet

// Trains a transformer on texts whose class depends on the order of the words: who helped whom?
using VecNet;

var random = new SplitMix64(seed: 1);
string[] verbs = ["helped", "called", "met", "thanked"], ends = ["yesterday", "in the park", "last week", "again"];
string[] texts = new string[600], labels = new string[600];
for (int i = 0; i < texts.Length; i++)
{
    labels[i] = random.NextInt(2) == 0 ? "Ann" : "Bob";
    string other = labels[i] == "Ann" ? "Bob" : "Ann", verb = verbs[random.NextInt(4)], end = ends[random.NextInt(4)];
    texts[i] = random.NextInt(2) == 0 ? $"{labels[i]} {verb} {other} {end}" : $"{other} was {verb} by {labels[i]} {end}";
}

var options = new FitOptions { TextModel = TextModel.Transformer, Epochs = 10, Seed = 1 };
TextClassifier<string> model = TextClassifier.Fit(texts[..500], labels[..500], options);
Console.WriteLine(model.Report!.Summary);

Prediction<string>[] predictions = model.Predict(texts[500..]);
Console.WriteLine($"right: {predictions.Zip(labels[500..]).Count(pair => pair.First.Label == pair.Second)} of {predictions.Length}");
foreach (string text in new[] { "Ann thanked Bob in the park", "Ann was thanked by Bob in the park" })
{
    Console.WriteLine($"{text}: {model.Predict(text).Label}");
}

/* Output:
Chosen without a comparison: a transformer of two blocks on 313 tokens.
right: 100 of 100
Ann thanked Bob in the park: Ann
Ann was thanked by Bob in the park: Bob
*/
