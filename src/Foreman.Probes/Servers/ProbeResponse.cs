using System.Text.Json;

namespace Foreman.Probes;

/// <summary>Why a server gave no answer.</summary>
internal enum NoAnswer
{
    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>It took the connection and said nothing in time.</summary>
    TimedOut,

    /// <summary>The connection failed otherwise.</summary>
    Failed,
}

/// <summary>What a server answered to one request, or why it did not.</summary>
internal sealed record ServerAnswer
{
    public NoAnswer? NoAnswer { get; init; }

    /// <summary>The failure in words, when there was no answer.</summary>
    public string? Failure { get; init; }

    public int Status { get; init; }

    public string ContentType { get => field ?? ""; init; }

    /// <summary>Product that the header <c>Server</c> names.</summary>
    public string Product { get => field ?? ""; init; }

    public string Body { get => field ?? ""; init; }

    public bool Ok => NoAnswer is null && Status is >= 200 and < 300;

    /// <summary>The body as JSON; null when it is none.</summary>
    public JsonElement? Json => NoAnswer is null && !IsHtml ? JsonReading.Parse(Body) : null;

    public bool IsHtml => ContentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) || Body.AsSpan().TrimStart().StartsWith("<!");
}
