using System.Globalization;
using System.Net;
using System.Text.Json;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>Turns an error response into a <see cref="KubernetesException"/>.</summary>
internal static class ErrorResponse
{
    private const int MaxQuoted = 200;

    public static KubernetesException ToException(HttpStatusCode code, ReadOnlySpan<byte> body, TimeSpan? retryAfter, string call)
    {
        var status = Parse(body) ?? Synthetic(code, body);
        retryAfter ??= status.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;
        return new(status, code, call, retryAfter);
    }

    /// <summary>The header as a duration; the API server writes seconds, a proxy may write a date.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait is { } value && value < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>For a call that was not sent, because the server has asked another one to wait for longer than this one may.</summary>
    public static KubernetesException RetryAfterPending(TimeSpan left, string call) => new(
        new()
        {
            Kind = "Status",
            Status = "Failure",
            Code = 429,
            Reason = "TooManyRequests",
            Message = string.Create(CultureInfo.InvariantCulture, $"the server has asked to wait for another {Math.Ceiling(left.TotalSeconds)} s"),
        },
        HttpStatusCode.TooManyRequests,
        call,
        left);

    private static V1Status? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, KubernetesJson.Default.V1Status);
            return status is { Kind: "Status" } ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A Status for error responses of proxies and load balancers, which have none.</summary>
    private static V1Status Synthetic(HttpStatusCode code, ReadOnlySpan<byte> body)
    {
        var text = System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxQuoted)]).ReplaceLineEndings(" ").Trim();
        return new()
        {
            Kind = "Status",
            Status = "Failure",
            Code = (int)code,
            Reason = code.ToString(),
            Message = text.Length == 0
                ? string.Create(CultureInfo.InvariantCulture, $"the server answered {(int)code} without a body")
                : $"the server answered: {text}",
        };
    }
}
