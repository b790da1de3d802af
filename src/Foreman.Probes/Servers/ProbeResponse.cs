using System.Text;
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
internal sealed class ProbeResponse
{
    private readonly Lazy<JsonElement?> _json;

    public ProbeResponse() => _json = new(() => FailureKind is null && !TooLarge && !IsHtml ? JsonElementExtensions.Parse(Bytes) : null);

    public FailureKind? FailureKind { get; init; }

    /// <summary>The failure, for people; null when there was a response.</summary>
    public string? Failure { get; init; }

    public int Status { get; init; }

    public string ContentType { get; init; } = "";

    /// <summary>Value of the header <c>Server</c>.</summary>
    public string Product { get; init; } = "";

    /// <summary>The body; only its beginning when it is <see cref="TooLarge"/>.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>True when the body is larger than a probe reads.</summary>
    public bool TooLarge { get; init; }

    public bool Ok => FailureKind is null && !TooLarge && Status is >= 200 and < 300;

    /// <summary>The body as text; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Body => Encoding.UTF8.GetString(Bytes);

    /// <summary>The body as JSON, whatever its content type says; null when it is not JSON.</summary>
    public JsonElement? Json => _json.Value;

    public bool IsHtml => Bytes.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("<"u8);
}
