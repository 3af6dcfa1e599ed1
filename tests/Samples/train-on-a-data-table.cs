#:project ../../src/VecNet

// Trains on a table with named columns, categories and missing values. The rows come from an IDataReader: here that of a
// DataTable; the result of a database query works in the same way.
using System.Data;
using VecNet;

var table = new DataTable
{
    Columns = { { "fuel", typeof(string) }, { "power", typeof(int) }, { "weight", typeof(double) }, { "liters", typeof(double) } },
};
for (int i = 0; i < 60; i++)
{
    (string fuel, int power, double weight) = (i % 2 == 0 ? "diesel" : "petrol", 50 + (i * 7 % 120), 0.9 + (i * 11 % 17 / 10.0));
    double liters = (fuel == "diesel" ? 1 : 2) + (0.02 * power) + (2 * weight);
    table.Rows.Add(fuel, i % 10 == 3 ? DBNull.Value : power, weight, liters);
}

Regressor model = Regressor.Fit(table.CreateDataReader(), target: "liters", new TableOptions { FillMissing = true });
model.Save("cars.safetensors");

Regressor loaded = Regressor.Load("cars.safetensors");
double liter = loaded.Predict(new Dictionary<string, object?> { ["fuel"] = "diesel", ["power"] = 100, ["weight"] = 1.5 });
Console.WriteLine($"About 6 liters: {Math.Abs(liter - 6) < 0.5}");
Console.WriteLine($"Features: {string.Join(", ", loaded.Model.FeatureNames!)}");

/* Output:
About 6 liters: True
Features: fuel=diesel, fuel=petrol, power, weight
*/
