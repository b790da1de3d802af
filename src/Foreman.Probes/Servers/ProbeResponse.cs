using System.Text.Json;

namespace Foreman.Probes;

/// <summary>Why a request got no response.</summary>
internal enum FailureKind
{
    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>The connection was accepted, but no response came in time.</summary>
    TimedOut,

    /// <summary>The connection failed otherwise.</summary>
    Failed,
}

/// <summary>The response to one request, or its failure.</summary>
internal sealed record ProbeResponse
{
    public FailureKind? FailureKind { get; init; }

    /// <summary>The failure, for people; null when there was a response.</summary>
    public string? Failure { get; init; }

    public int Status { get; init; }

    public string ContentType { get => field ?? ""; init; }

    /// <summary>Value of the header <c>Server</c>.</summary>
    public string Product { get => field ?? ""; init; }

    public string Body { get => field ?? ""; init; }

    public bool Ok => FailureKind is null && Status is >= 200 and < 300;

    /// <summary>The body as JSON; null when it is not JSON.</summary>
    public JsonElement? Json => FailureKind is null && !IsHtml ? JsonElementExtensions.Parse(Body) : null;

    public bool IsHtml => ContentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) || Body.AsSpan().TrimStart().StartsWith("<!");
}
