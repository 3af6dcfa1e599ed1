namespace VecNet.Service;

/// <summary>The service: POST /predict takes a JSON array of features and answers a <see cref="Prediction{TLabel}"/>.</summary>
public static class PredictionService
{
    /// <summary>Builds the service for a model; the caller runs it.</summary>
    /// <param name="model">A classifier whose outputs are logits.</param>
    /// <param name="arguments">The arguments of the host, such as <c>--urls http://127.0.0.1:5000</c>.</param>
    public static WebApplication Build(Model<float> model, params string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(model);
        WebApplication service = builder.Build();
        service.MapPost("/predict", IResult (double[] features, Model<float> model) =>
        {
            try
            {
                return Results.Ok(model.Predict(features));
            }
            catch (ArgumentException error)
            {
                return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        });
        return service;
    }
}
