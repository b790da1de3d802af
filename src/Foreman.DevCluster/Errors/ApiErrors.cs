using System.Text.Json.Nodes;
using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.Errors;

/// <summary>Errors of the API, with the messages and codes of kube-apiserver 1.36.</summary>
internal static class ApiErrors
{
    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException Forbidden(ResourceDefinition type, string name, string message, FieldError cause)
    {
        var details = Details(type.Group, type.Plural, name);
        details["causes"] = new JsonArray(cause.ToCause());
        return new(403, "Forbidden", $"{Plural(type, name)} is forbidden: {message}", details);
    }

    /// <summary>What an admission policy refuses: told as forbidden, with the code of the policy's reason.</summary>
    public static ApiException Denied(ResourceDefinition type, string name, string told, string reason)
    {
        var details = Details(type.Group, type.Plural, name);
        details["causes"] = new JsonArray(new JsonObject { ["message"] = told });
        var code = reason switch
        {
            "Forbidden" => 403,
            "Unauthorized" => 401,
            "RequestEntityTooLarge" => 413,
            _ => 422,
        };
        return new(code, reason.Length == 0 ? "Invalid" : reason, $"{Plural(type, name)} is forbidden: {told}", details);
    }

    public static ApiException NotFound(ResourceDefinition type, string name) =>
        new(404, "NotFound", $"{Plural(type, name)} not found", Details(type.Group, type.Plural, name));

    /// <summary>No resource has this path; kube-apiserver responds in plain text.</summary>
    public static ApiException NoSuchPath() => new(404, "NotFound", "404 page not found");

    public static ApiException AlreadyExists(ResourceDefinition type, string name) =>
        new(409, "AlreadyExists", $"{Plural(type, name)} already exists", Details(type.Group, type.Plural, name));

    public static ApiException Conflict(ResourceDefinition type, string name, string message, string? kind = null) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind ?? type.Plural}{Suffix(type)} \"{name}\": {message}", Details(type.Group, kind ?? type.Plural, name));

    public static ApiException Modified(ResourceDefinition type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>
    /// A JSON Patch whose test failed or whose path is absent: 422 with empty details, so that clients can distinguish it
    /// from a schema error.
    /// </summary>
    public static ApiException PatchRejected() =>
        new(422, "Invalid", "the server rejected our request due to an error in our request", new JsonObject());

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", new JsonObject());

    public static ApiException UnsupportedMediaType(params string[] accepted) =>
        new(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: " + string.Join(", ", accepted));

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException TooLarge(long limit) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    /// <summary>A request of allowed size whose handling costs more than this server gives one request.</summary>
    public static ApiException TooMuchWork(string purpose) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: it takes too much work {purpose}");

    /// <summary>An object beyond the store's limit; kube-apiserver passes on what etcd says.</summary>
    public static ApiException StoreTooLarge() => new(500, "", "etcdserver: request is too large");

    public static ApiException TooManyRequests(string message) => new(429, "TooManyRequests", message);

    public static ApiException FutureVersion(long asked, long current) => new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}", new JsonObject
    {
        ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
        ["retryAfterSeconds"] = 1,
    });

    /// <summary>What the web server refuses while it reads a request: too large, too slow, cut short.</summary>
    public static ApiException Unreadable(int code, string message) => new(code, code == 413 ? "RequestEntityTooLarge" : "BadRequest", message);

    public static ApiException Internal(string message) => new(500, "InternalError", message);

    public static ApiException Invalid(ResourceDefinition type, string name, IReadOnlyList<FieldError> errors) =>
        Invalid(type.Group, type.Kind, name, errors);

    public static ApiException Invalid(string group, string kind, string name, IReadOnlyList<FieldError> errors)
    {
        var details = Details(group, kind, name);
        details["causes"] = new JsonArray([.. errors.Select(error => (JsonNode)error.ToCause())]);
        var list = errors.Count == 1 ? errors[0].ToString() : "[" + string.Join(", ", errors) + "]";
        return new ApiException(422, "Invalid", $"{kind}{(group.Length == 0 ? "" : "." + group)} \"{name}\" is invalid: {list}", details);
    }

    private static string Plural(ResourceDefinition type, string name) => $"{type.Plural}{Suffix(type)} \"{name}\"";

    private static string Suffix(ResourceDefinition type) => type.Group.Length == 0 ? "" : "." + type.Group;

    private static JsonObject Details(string group, string kind, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        if (kind.Length > 0)
        {
            details["kind"] = kind;
        }

        return details;
    }
}
