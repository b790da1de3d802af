using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Testing.Faults;

/// <summary>The Status objects with which an API server tells of errors.</summary>
internal static class StatusBody
{
    public static byte[] Of(int code) => Encoding.UTF8.GetBytes(Status(code).ToJsonString());

    /// <summary>The line of a watch that says that its version has expired.</summary>
    public static byte[] ExpiredEvent() =>
        Encoding.UTF8.GetBytes(new JsonObject { ["type"] = "ERROR", ["object"] = Status(410) }.ToJsonString() + "\n");

    private static JsonObject Status(int code)
    {
        var (reason, message) = code switch
        {
            401 => ("Unauthorized", "Unauthorized"),
            403 => ("Forbidden", "forbidden: the user can't do this"),
            404 => ("NotFound", "the server could not find the requested resource"),
            409 => ("Conflict", "the object has been modified; please apply your changes to the latest version and try again"),
            410 => ("Expired", "The resourceVersion or the continue parameter is too old: list again"),
            429 => ("TooManyRequests", "too many requests, please try again later"),
            503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
            504 => ("Timeout", "the server was unable to return a response in the time allotted"),
            _ => ("InternalError", "an error on the server has prevented the request from succeeding"),
        };
        return new()
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["code"] = code,
        };
    }
}
