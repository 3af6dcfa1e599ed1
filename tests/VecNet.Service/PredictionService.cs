namespace VecNet.Service;

/// <summary>The service: POST /predict takes a JSON array of features and answers a <see cref="Prediction"/>.</summary>
public static class PredictionService
{
    /// <summary>Makes it ready for one model; the caller runs it.</summary>
    /// <param name="model">A classifier whose outputs are logits.</param>
    /// <param name="arguments">Of the host, e.g. <c>--urls http://127.0.0.1:5000</c>.</param>
    public static WebApplication Build(Model<float> model, params string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(new Predictor(model));
        WebApplication service = builder.Build();
        service.MapPost("/predict", IResult (double[] features, Predictor predictor) => features.Length == predictor.Features
            ? Results.Ok(predictor.Predict(features))
            : Results.Problem(
                $"There are {features.Length} features; the model takes {predictor.Features}.",
                statusCode: StatusCodes.Status400BadRequest));
        return service;
    }
}
