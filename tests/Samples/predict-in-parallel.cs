#:project ../../src/VecNet

// Loads a model and predicts on several threads. The network is shared, and each thread has its own workspace.
using System.Numerics.Tensors;
using VecNet;

// In a real program, the model was saved by another one.
var trained = new NeuralNetwork<float>(2, 3, hiddenSizes: [16], new ReLU<float>(), WeightInitialization.HeNormal, seed: 1);
float[,] petals = { { 1.4f, 0.2f }, { 1.3f, 0.3f }, { 4.7f, 1.4f }, { 4.4f, 1.3f }, { 6.0f, 2.5f }, { 5.8f, 2.2f } };
var data = new Dataset<float>(TensorBuffer.Copy<float>(petals), [0, 0, 1, 1, 2, 2]);
new Trainer<float>(trained, new Adam<float>(0.01), new SoftmaxCrossEntropy<float>(), new() { Epochs = 300 }).Train(data);
new Model<float>(trained, classNames: ["setosa", "versicolor", "virginica"]).Save("petals.safetensors");

Model<float> model = Model.Load<float>("petals.safetensors");
int[] counts = new int[3];
Parallel.For(
    0,
    3000,
    () => model.Network.CreateInferenceWorkspace(capacity: 1),
    (request, _, workspace) =>
    {
        int row = request % 3 * 2;
        ReadOnlySpan<float> sample = [petals[row, 0], petals[row, 1]];
        ReadOnlyTensorView<float> logits = model.Network.Predict(sample, workspace);
        Interlocked.Increment(ref counts[TensorPrimitives.IndexOfMax(logits.Row(0))]);
        return workspace;
    },
    _ => { });
Console.WriteLine(string.Join(", ", model.ClassNames!.Zip(counts, (name, count) => $"{name} {count}")));

/* Output:
setosa 1000, versicolor 1000, virginica 1000
*/
