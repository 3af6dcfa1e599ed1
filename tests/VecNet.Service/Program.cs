using System.Globalization;
using VecNet;
using VecNet.Service;

switch (args)
{
    case ["serve", string file, .. string[] arguments]:
        await PredictionService.Build(Model.Load<float>(file), arguments).RunAsync();
        return 0;
    case ["serve-texts", string encoder, string file, .. string[] arguments]:
        await TextService.Build(encoder, File.ReadAllLines(file), arguments).RunAsync();
        return 0;
    case ["load", .. string[] numbers] when AreNumbers(numbers):
        return Report(numbers, await Loopback.Load(Connections(numbers), Duration(numbers)));
    case ["load-texts", string encoder, string file, .. string[] numbers] when AreNumbers(numbers):
        return Report(numbers, await TextLoad.Run(encoder, File.ReadAllLines(file), Connections(numbers), Duration(numbers)));
    default:
        Console.Error.WriteLine("""
            usage: VecNet.Service serve MODEL.safetensors [--urls http://127.0.0.1:5000]
                   VecNet.Service serve-texts ENCODER TEXTS.txt [--urls http://127.0.0.1:5000]
                   VecNet.Service load [CONNECTIONS [SECONDS]]
                   VecNet.Service load-texts ENCODER TEXTS.txt [CONNECTIONS [SECONDS]]
            """);
        return 2;
}

static bool AreNumbers(string[] numbers) =>
    numbers.Length <= 2 && numbers.All(number => int.TryParse(number, CultureInfo.InvariantCulture, out int value) && value > 0);

static int Connections(string[] numbers) => numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 8;

static TimeSpan Duration(string[] numbers) =>
    TimeSpan.FromSeconds(numbers.Length > 1 ? int.Parse(numbers[1], CultureInfo.InvariantCulture) : 10);

static int Report(string[] numbers, LoadReport report)
{
    Console.WriteLine(
        $"{Connections(numbers)} connections, {Duration(numbers).TotalSeconds} s, {Environment.ProcessorCount} processors: {report}");
    return report.Errors == 0 ? 0 : 1;
}
