#:project ../../src/VecNet

// Trains a regression model on objects, and predicts in the units of the target.
using VecNet;

// Fuel consumption in liters per 100 km, by weight in tons and power in kilowatts.
Car[] cars =
[
    new(0.9f, 50, 4.6), new(1.1f, 70, 5.4), new(1.3f, 85, 6.2), new(1.5f, 110, 7.2),
    new(1.7f, 130, 8.1), new(1.9f, 160, 9.3), new(2.1f, 190, 10.5), new(2.3f, 220, 11.7),
];
Regressor model = Regressor.Fit(cars, car => [car.Weight, car.Power], car => car.Liters, new FitOptions { HiddenSizes = [], Epochs = 500 });
double liters = model.Predict([1.4f, 100]);
Console.WriteLine($"About 7 liters: {Math.Abs(liters - 6.8) < 0.5}");

internal sealed record Car(float Weight, float Power, double Liters);

/* Output:
About 7 liters: True
*/
