#:project ../../src/VecNet

// Trains a regression model, and predicts in the units of the target.
using VecNet;

// Fuel consumption in liters per 100 km, by weight in tons and power in kilowatts.
double[,] cars = { { 0.9, 50 }, { 1.1, 70 }, { 1.3, 85 }, { 1.5, 110 }, { 1.7, 130 }, { 1.9, 160 }, { 2.1, 190 }, { 2.3, 220 } };
double[,] liters = { { 4.6 }, { 5.4 }, { 6.2 }, { 7.2 }, { 8.1 }, { 9.3 }, { 10.5 }, { 11.7 } };

Standardization<float> features = Standardization.Fit<float>(cars);
Standardization<float> target = Standardization.Fit<float>(liters);
var network = new NeuralNetwork<float>(2, 1, hiddenSizes: [16], new Tanh<float>(), WeightInitialization.XavierNormal, seed: 1);
new Trainer<float>(network, new Adam<float>(0.01), new MeanSquaredError<float>(), new() { Epochs = 500, Seed = 1 })
    .Train(new Dataset<float>(features.Apply(cars), target.Apply(liters)));

var model = new Model<float>(network, features) { TargetStandardization = target };
double[] car = [1.4, 100];
float[] input = new float[2];
model.PrepareInputs(car, input);
double[] prediction = new double[1];
model.RestoreOutputs(network.Predict(input, network.CreateInferenceWorkspace(capacity: 1)), prediction);
Console.WriteLine($"About 7 liters: {Math.Abs(prediction[0] - 6.8) < 0.5}");

/* Output:
About 7 liters: True
*/
