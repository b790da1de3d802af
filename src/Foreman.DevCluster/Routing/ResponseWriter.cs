using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>Writes responses.</summary>
internal static class ResponseWriter
{
    public const string Json = "application/json";

    public static Task WriteAsync(HttpContext context, int code, JsonNode node, string contentType = Json) =>
        WriteAsync(context, code, JsonTree.ToUtf8(node), contentType);

    public static async Task WriteAsync(HttpContext context, int code, ReadOnlyMemory<byte> body, string contentType = Json)
    {
        var response = context.Response;
        response.StatusCode = code;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-cache, private";
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, ApiException error)
    {
        if (error.Code == 504)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return WriteAsync(context, error.Code, error.ToStatus());
    }

    /// <summary>Warnings travel as headers (RFC 9111 §5.5, code 299), where kubectl reads them.</summary>
    public static void AddWarnings(HttpContext context, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            var text = warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            context.Response.Headers.Append("Warning", $"299 - \"{text}\"");
        }
    }
}
