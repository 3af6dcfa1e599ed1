#:project ../../src/VecNet.Formats

// Trains a text classifier: in which language is a sentence written? Each line of the file is a label, a tab and a text.
using System.Numerics.Tensors;
using VecNet;
using VecNet.Formats;

var hashing = new TextHashing(features: 4096);
TextTable<float> texts = TextTable.Read<float>(args.Length > 0 ? args[0] : "../VecNet.Tests/Data/languages.tsv", hashing);
ClassLabels labels = ClassLabels.Create(texts.Path, texts.TargetName, texts.Labels);

var network = new NeuralNetwork<float>(
    hashing.Features, labels.Names.Count, hiddenSizes: [32], new ReLU<float>(), WeightInitialization.HeNormal, seed: 1);
var options = new TrainerOptions { Epochs = 20, BatchSize = 16, Seed = 1 };
new Trainer<float>(network, new Adam<float>(learningRate: 0.003), new SoftmaxCrossEntropy<float>(), options)
    .Train(new Dataset<float>(texts.Features, labels.Classes));

Workspace<float> workspace = network.CreateInferenceWorkspace(capacity: 1);
float[] features = new float[hashing.Features];
foreach (string text in new[] { "Where is the station?", "Wo ist der Bahnhof?", "¿Dónde está la estación?" })
{
    hashing.Encode<float>(text, features);
    int likeliest = TensorPrimitives.IndexOfMax(network.Predict(features, workspace).Row(0));
    Console.WriteLine($"{labels.Names[likeliest]}: {text}");
}

/* Output:
English: Where is the station?
German: Wo ist der Bahnhof?
Spanish: ¿Dónde está la estación?
*/
