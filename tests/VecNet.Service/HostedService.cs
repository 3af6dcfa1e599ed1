using VecNet.Extensions.Hosting;

namespace VecNet.Service;

/// <summary>
/// The service of a model in a file that may be replaced: POST /predict takes a JSON array of features and answers a
/// <see cref="HostedPrediction"/>, and GET /health says whether the file is in use.
/// </summary>
public static class HostedService
{
    /// <summary>Builds the service; the caller runs it.</summary>
    /// <param name="name">The name of the model.</param>
    /// <param name="path">Its file.</param>
    /// <param name="interval">The time between two looks at the file.</param>
    /// <param name="arguments">The arguments of the host, such as <c>--urls http://127.0.0.1:5000</c>.</param>
    public static WebApplication Build(string name, string path, TimeSpan interval, params string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddVecNetModel(name, path, new HostedModelOptions<float> { ReloadInterval = interval });
        builder.Services.AddHealthChecks().AddVecNetModel(name);
        WebApplication service = builder.Build();
        service.MapPost("/predict", IResult (double[] features, ModelPredictor<float> predictor) =>
        {
            try
            {
                return Results.Ok(predictor.Predict(features));
            }
            catch (ArgumentException error)
            {
                return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        });
        service.MapHealthChecks("/health");
        return service;
    }
}
