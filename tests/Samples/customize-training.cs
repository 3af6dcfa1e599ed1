#:project ../../src/VecNet

// Trains a network of your own, with its layers, loss, optimizer and options: is a point inside a circle?
using VecNet;

var random = new SplitMix64(seed: 1);
var features = new TensorBuffer<float>(rows: 1000, columns: 2);
int[] classes = new int[1000];
for (int row = 0; row < 1000; row++)
{
    double x = (2 * random.NextDouble()) - 1, y = (2 * random.NextDouble()) - 1;
    (features.View[row, 0], features.View[row, 1]) = ((float)x, (float)y);
    classes[row] = (x * x) + (y * y) < 0.5 ? 1 : 0;
}

var data = new Dataset<float>(features, classes);
Dataset<float> training = data.Select([.. Enumerable.Range(0, 800)]);
Dataset<float> test = data.Select([.. Enumerable.Range(800, 200)]);

var network = new NeuralNetwork<float>(2, 2, hiddenSizes: [32], new ReLU<float>(), WeightInitialization.HeNormal, seed: 1);
var options = new TrainerOptions { Epochs = 50, BatchSize = 32, Seed = 1 };
var trainer = new Trainer<float>(network, new Adam<float>(learningRate: 0.01), new SoftmaxCrossEntropy<float>(), options);
trainer.Train(training);
Console.WriteLine($"Test accuracy above 95 %: {trainer.Evaluate(test).Accuracy > 0.95}");

/* Output:
Test accuracy above 95 %: True
*/
