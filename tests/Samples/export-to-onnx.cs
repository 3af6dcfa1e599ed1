#:project ../../src/VecNet.Formats

// Exports a trained model to ONNX, for ONNX Runtime and other programs.
using VecNet;
using VecNet.Formats;

float[,] inputs = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
var data = new Dataset<float>(TensorBuffer.Copy<float>(inputs), [0, 1, 1, 0]);
var network = new NeuralNetwork<float>(2, 2, hiddenSizes: [8], new Tanh<float>(), WeightInitialization.XavierNormal, seed: 1);
var trainer = new Trainer<float>(network, new Adam<float>(0.02), new SoftmaxCrossEntropy<float>(), new() { Epochs = 300 });
trainer.Train(data);
Console.WriteLine($"Exclusive or is learned: {trainer.Evaluate(data).Accuracy == 1}");

var model = new Model<float>(network, classNames: ["equal", "different"]);
OnnxFile.Write(model, "xor.onnx", probabilities: true);
Console.WriteLine($"Wrote xor.onnx: {new FileInfo("xor.onnx").Length > 300}");

/* Output:
Exclusive or is learned: True
Wrote xor.onnx: True
*/
