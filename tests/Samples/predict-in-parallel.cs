#:project ../../src/VecNet

// Loads a model and predicts on several threads, which share it. The span overload of Predict allocates nothing.
using VecNet;

// In a real program, the model was saved by another one.
float[][] petals =
[
    [1.4f, 0.2f], [1.3f, 0.3f], [1.5f, 0.2f], [4.7f, 1.4f], [4.4f, 1.3f], [4.5f, 1.5f], [6.0f, 2.5f], [5.8f, 2.2f], [6.1f, 2.3f],
];
string[] species = ["setosa", "setosa", "setosa", "versicolor", "versicolor", "versicolor", "virginica", "virginica", "virginica"];
Classifier.Fit(petals, species).Save("petals.safetensors");

Classifier<string> model = Classifier.Load<string>("petals.safetensors");
int[] counts = new int[3];
Parallel.For(
    0,
    3000,
    () => new float[model.Labels.Count],
    (request, _, probabilities) =>
    {
        string label = model.Predict(petals[request % 3 * 3], probabilities);
        Interlocked.Increment(ref counts[Array.IndexOf(species, label) / 3]);
        return probabilities;
    },
    _ => { });
Console.WriteLine(string.Join(", ", model.Labels.Zip(counts, (label, count) => $"{label} {count}")));

/* Output:
setosa 1000, versicolor 1000, virginica 1000
*/
