using System.Buffers;
using Foreman.DevCluster.Errors;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>Reads request bodies, up to the API server's own limit.</summary>
internal static class RequestBody
{
    /// <summary>3 MiB, as in kube-apiserver.</summary>
    public const int Limit = 3 * 1024 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Limit)
        {
            throw ApiErrors.TooLarge(Limit);
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > Limit)
            {
                throw ApiErrors.TooLarge(Limit);
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The media type without parameters, lower case.</summary>
    public static string MediaType(HttpContext context) =>
        (context.Request.ContentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();
}
