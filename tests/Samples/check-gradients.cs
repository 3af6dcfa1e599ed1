#:project ../../src/VecNet

// Compares the gradients of a function, a layer, a loss and a network with numerical derivatives.
using VecNet;

double[,] x = { { 0.5, -1.0, 2.0 }, { 1.5, 0.25, -0.75 } };
int[] classes = [2, 0];
var loss = new SoftmaxCrossEntropy<double>();
var network = new NeuralNetwork<double>(3, 3, hiddenSizes: [5], new Tanh<double>(), WeightInitialization.XavierNormal, seed: 1);

Print("function", GradientCheck.Function(
    forward: (input, output) => Sigmoid.Forward(input, output),
    backward: (input, output, gradOutput, gradInput) => Sigmoid.Backward(output, gradOutput, gradInput),
    x, outputRows: 2, outputColumns: 3));
Print("layer", GradientCheck.Layer(new LayerNorm<double>(), x));
Print("loss", GradientCheck.Scalar((logits, gradient) => loss.ForwardBackward(logits, classes, gradient), x));
Print("network", GradientCheck.Network(network, x, (logits, gradient) => loss.ForwardBackward(logits, classes, gradient)));

// A wrong gradient is found: this one is that of another function.
Print("wrong function", GradientCheck.Function(
    forward: (input, output) => Tanh.Forward(input, output),
    backward: (input, output, gradOutput, gradInput) => Sigmoid.Backward(output, gradOutput, gradInput),
    x, outputRows: 2, outputColumns: 3));

static void Print(string name, GradientCheckResult result) => Console.WriteLine($"{name}: {(result.Passed ? "passed" : "failed")}");

/* Output:
function: passed
layer: passed
loss: passed
network: passed
wrong function: failed
*/
