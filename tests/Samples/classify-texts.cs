#:project ../../src/VecNet.Formats

// Trains a text classifier: in which language is a sentence written? Each line of the file is a label, a tab and a text.
using VecNet;
using VecNet.Formats;

TextTable texts = TextTable.Read(args.Length > 0 ? args[0] : "../VecNet.Tests/Data/languages.tsv");
TextClassifier<string> model = TextClassifier.Fit(texts.Texts, texts.Labels);
foreach (string text in new[] { "Where is the station?", "Wo ist der Bahnhof?", "¿Dónde está la estación?" })
{
    Console.WriteLine($"{model.Predict(text).Label}: {text}");
}

/* Output:
English: Where is the station?
German: Wo ist der Bahnhof?
Spanish: ¿Dónde está la estación?
*/
