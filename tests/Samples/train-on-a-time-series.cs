#:project ../../src/VecNet

// Trains a recurrent network on a time series of two measurements: what will be the first one in an hour?
using VecNet;

const int Hours = 2000, Window = 24, Test = 400;
var random = new SplitMix64(seed: 1);
double[] load = new double[Hours + 1], warmth = new double[Hours + 1];
for (int hour = 1; hour <= Hours; hour++)
{
    warmth[hour] = Math.Sin(2 * Math.PI * hour / 24) + (0.1 * random.NextNormal());
    load[hour] = (0.7 * load[hour - 1]) - (0.5 * warmth[int.Max(0, hour - 6)]) + (0.1 * random.NextNormal());
}

// Each window is a sequence of 24 rows with two features, and has one target: the load after it.
Dataset<float> all = Windows(0, Hours - Window);
Dataset<float> training = all.Select([.. Enumerable.Range(0, all.Count - Test - Window)]);
Dataset<float> test = all.Select([.. Enumerable.Range(all.Count - Test, Test)]);

var network = new NeuralNetwork<float>(
    2, [new Gru<float>(hiddenSize: 24), new SequencePooling<float>(PoolingMode.Last), new FullyConnectedLayer<float>(1)], seed: 1);
var options = new TrainerOptions { Epochs = 10, BatchSize = 32, Seed = 1, LearningRate = epoch => 0.01 * (1 - (epoch / 10.0)) };
var trainer = new Trainer<float>(network, new Adam<float>(), new MeanSquaredError<float>(), options);
trainer.Train(training);
RegressionMetrics metrics = trainer.EvaluateValues(test);
Console.WriteLine($"{training.Count} windows of {Window} hours");
Console.WriteLine($"R² above 0.9 on later windows: {metrics.RSquared > 0.9}");

// In use, the network reads one hour after another, and carries its state.
Workspace<float> workspace = network.CreateInferenceWorkspace(capacity: 1);
workspace.CarriesStates = true;
float next = 0;
for (int hour = Hours - Window; hour < Hours; hour++)
{
    next = network.Predict(new[,] { { (float)load[hour], (float)warmth[hour] } }, new SequenceOffsets([0, 1]), workspace)[0, 0];
}

Console.WriteLine($"The last hour is predicted within 0.5: {Math.Abs(next - load[Hours]) < 0.5}");

Dataset<float> Windows(int start, int count)
{
    var rows = new TensorBuffer<float>(count * Window, 2);
    var targets = new TensorBuffer<float>(count, 1);
    for (int row = 0; row < rows.Rows; row++)
    {
        int hour = start + (row / Window) + (row % Window);
        (rows.View[row, 0], rows.View[row, 1], targets.View[row / Window, 0]) =
            ((float)load[hour], (float)warmth[hour], (float)load[start + (row / Window) + Window]);
    }

    return new(rows, new SequenceOffsets([.. Enumerable.Range(0, count + 1).Select(window => window * Window)]), targets);
}

/* Output:
1552 windows of 24 hours
R² above 0.9 on later windows: True
The last hour is predicted within 0.5: True
*/
