using System.Globalization;
using VecNet;
using VecNet.Service;

switch (args)
{
    case ["serve", string file, .. string[] arguments]:
        await PredictionService.Build(Model.Load<float>(file), arguments).RunAsync();
        return 0;
    case ["load", .. string[] numbers]
        when numbers.Length <= 2 && numbers.All(number => int.TryParse(number, CultureInfo.InvariantCulture, out int value) && value > 0):
        int connections = numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 8;
        int seconds = numbers.Length > 1 ? int.Parse(numbers[1], CultureInfo.InvariantCulture) : 10;
        LoadReport report = await Loopback.Load(connections, TimeSpan.FromSeconds(seconds));
        Console.WriteLine($"{connections} connections, {seconds} s, {Environment.ProcessorCount} processors: {report}");
        return report.Errors == 0 ? 0 : 1;
    default:
        Console.Error.WriteLine("""
            usage: VecNet.Service serve MODEL.safetensors [--urls http://127.0.0.1:5000]
                   VecNet.Service load [CONNECTIONS [SECONDS]]
            """);
        return 2;
}
