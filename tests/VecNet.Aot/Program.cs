using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using VecNet;
using VecNet.Text;

if (args is ["encode", string encoderPath, string text])
{
    float[] vector = SentenceEncoder.Load(encoderPath).Encode(text);
    Console.WriteLine(string.Join(' ', vector.Select(value => value.ToString("r", CultureInfo.InvariantCulture))));
    return 0;
}

if (args is ["predict", string modelFile])
{
    Model<float> model = Model.Load<float>(modelFile);
    Console.WriteLine(model.Network.Predict(new float[model.Network.InputSize], model.Network.CreateInferenceWorkspace(1)).ToString());
    return 0;
}

if (args is not ["train", string newFile])
{
    Console.Error.WriteLine("usage: VecNet.Aot train|predict FILE, or VecNet.Aot encode FOLDER TEXT");
    return 2;
}

Console.WriteLine($"Vector<float>: {Vector<float>.Count * 32} bits, Vector512: {Vector512.IsHardwareAccelerated}");
double accuracy = LearnQuadrants<float>(newFile);
double sameInDouble = LearnQuadrants<double>(newFile + ".double");
Console.WriteLine($"accuracy: {accuracy:F3} in float, {sameInDouble:F3} in double");
double[,] input = { { 0.5, -1, 2 }, { 1.5, 0.25, -0.75 } };
GradientCheck.Layer(new FullyConnectedLayer<double>(4, WeightInitialization.HeNormal), input).ThrowIfFailed();
Classifier.Fit([[-1], [-2], [1], [2]], [Side.Left, Side.Left, Side.Right, Side.Right]).Save(newFile + ".sides");
Side side = Classifier.Load<Side>(newFile + ".sides").Predict([3]).Label;
double half = Regressor.Fit([[0], [1]], [0, 1]).Predict([0.5f]);
Console.WriteLine($"classifier: {side}, regressor: {half:F1}");
Console.WriteLine($"training step: {MicrosecondsOfAStep():F0} µs");
return accuracy > 0.95 && sameInDouble > 0.95 && side == Side.Right && half is > 0 and < 1 ? 0 : 1;

// Trains to tell the quadrants of a plane apart, saves the model, and measures what comes back from the file.
static double LearnQuadrants<T>(string file)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const int Rows = 512;
    var features = new TensorBuffer<T>(Rows, 2);
    int[] classes = new int[Rows];
    var random = new SplitMix64(1);
    for (int row = 0; row < Rows; row++)
    {
        (double x, double y) = (random.NextNormal(), random.NextNormal());
        (features.View[row, 0], features.View[row, 1]) = (T.CreateChecked(x), T.CreateChecked(y));
        classes[row] = (x > 0 ? 1 : 0) + (y > 0 ? 2 : 0);
    }

    var data = new Dataset<T>(features, classes);
    var network = new NeuralNetwork<T>(2, 4, hiddenSizes: [16], new ReLU<T>(), WeightInitialization.HeNormal, seed: 1);
    var trainer = new Trainer<T>(
        network, new Adam<T>(learningRate: 0.01), new SoftmaxCrossEntropy<T>(), new() { Epochs = 30, BatchSize = 32 });
    trainer.Train(data);
    new Model<T>(network, classNames: ["−−", "+−", "−+", "++"]).Save(file);
    NeuralNetwork<T> loaded = Model.Load<T>(file).Network;
    return new Trainer<T>(loaded, new Sgd<T>(0.1), new SoftmaxCrossEntropy<T>(), new()).Evaluate(data).Accuracy ?? 0;
}

// The fastest of many training steps of 784-512-256-10 at batch 128, on one thread.
static double MicrosecondsOfAStep()
{
    var network = new NeuralNetwork<float>(784, 10, hiddenSizes: [512, 256], new Sigmoid<float>(), WeightInitialization.XavierNormal);
    Workspace<float> workspace = network.CreateTrainingWorkspace(128);
    var loss = new SoftmaxCrossEntropy<float>();
    var optimizer = new Sgd<float>(learningRate: 0.01);
    var input = new TensorBuffer<float>(128, 784);
    int[] classes = new int[128];
    double best = double.PositiveInfinity;
    for (int step = 0; step < 200; step++)
    {
        long begin = Stopwatch.GetTimestamp();
        loss.Backward(network.Forward(input.View, workspace), classes, workspace.GradOutput);
        network.BackwardAndStep(input.View, workspace.GradOutput, workspace, optimizer);
        best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
    }

    return best;
}

internal enum Side
{
    Left,
    Right,
}
