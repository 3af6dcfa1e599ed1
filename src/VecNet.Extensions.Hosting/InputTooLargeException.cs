namespace VecNet.Extensions.Hosting;

/// <summary>An input is larger than a service allows, for which HTTP has the status 413.</summary>
/// <remarks>
/// <code>
/// catch (InputTooLargeException error)
/// {
///     return Results.Problem(error.Message, statusCode: 413);
/// }
/// </code>
/// </remarks>
public sealed class InputTooLargeException : ArgumentException
{
    /// <summary>Creates an exception without a message.</summary>
    public InputTooLargeException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is too large, and the limit.</param>
    public InputTooLargeException(string? message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with another one that has caused it.</summary>
    /// <param name="message">What is too large, and the limit.</param>
    /// <param name="innerException">The cause.</param>
    public InputTooLargeException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception that names the parameter.</summary>
    /// <param name="message">What is too large, and the limit.</param>
    /// <param name="paramName">The parameter.</param>
    public InputTooLargeException(string? message, string? paramName)
        : base(message, paramName)
    {
    }
}
