using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>Writes responses.</summary>
internal static class ResponseWriter
{
    public const string Json = "application/json";

    private const int MaxWarnings = 4096;
    private const int MaxWarning = 1024;

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
        if (error.Code is 504 or 429)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return WriteAsync(context, error.Code, error.ToStatus());
    }

    /// <summary>
    /// Warnings travel as headers (RFC 9111 §5.5, code 299), where kubectl reads them: 4 KiB in all, as from kube-apiserver, because
    /// clients refuse an answer whose headers are too long. One with control characters can't be sent and is left out.
    /// </summary>
    public static void AddWarnings(HttpContext context, IEnumerable<string> warnings)
    {
        var left = MaxWarnings;
        foreach (var warning in warnings.Where(warning => !warning.Any(char.IsControl)))
        {
            var text = warning.Length <= MaxWarning ? warning : string.Concat(warning.AsSpan(0, MaxWarning), "…");
            left -= text.Length;
            if (left < 0)
            {
                return;
            }

            text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            context.Response.Headers.Append("Warning", $"299 - \"{text}\"");
        }
    }
}
