#:project ../../src/VecNet

// Trains a classifier on arrays: is a point inside a circle?
using VecNet;

var random = new SplitMix64(seed: 1);
float[][] points = [.. Enumerable.Range(0, 1000).Select(_ => new[] { Coordinate(), Coordinate() })];
string[] places = [.. points.Select(point => (point[0] * point[0]) + (point[1] * point[1]) < 0.5 ? "inside" : "outside")];

Classifier<string> model = Classifier.Fit(points[..800], places[..800]);

Prediction<string>[] predictions = model.Predict(points[800..]);
double accuracy = predictions.Zip(places[800..], (prediction, place) => prediction.Label == place ? 1.0 : 0).Average();
Console.WriteLine($"Test accuracy above 95 %: {accuracy > 0.95}");

Prediction<string> center = model.Predict([0, 0]);
Console.WriteLine($"The center is {center.Label}, with a probability above 0.9: {center.Probability > 0.9}");

float Coordinate() => (float)((2 * random.NextDouble()) - 1);

/* Output:
Test accuracy above 95 %: True
The center is inside, with a probability above 0.9: True
*/
