using System.Globalization;
using System.Text.Json.Nodes;

namespace Foreman.Api;

/// <summary>A token of a ServiceAccount.</summary>
/// <param name="Value">The bearer token.</param>
/// <param name="ExpiresAt">Until when it is valid, as the API server decided.</param>
public sealed record IssuedToken(string Value, DateTimeOffset ExpiresAt)
{
    /// <summary>The token may not reach a log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{nameof(IssuedToken)} until {ExpiresAt:O}");
}

/// <summary>The Secret that a token is bound to: the token ends with it.</summary>
/// <param name="Name">Its name, in the namespace of the ServiceAccount.</param>
/// <param name="Uid">Its UID.</param>
public sealed record TokenBinding(string Name, string Uid);

/// <summary>Requests for tokens (authentication.k8s.io/v1 TokenRequest), and how long tokens of hosts live.</summary>
public static class TokenRequests
{
    /// <summary>The shortest life that Kubernetes gives a token.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    /// <summary>The life of a host's token unless it is enrolled with another.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    /// <summary>The longest life of a host's token.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>How long a command that joins a host works.</summary>
    public static readonly TimeSpan Join = TimeSpan.FromMinutes(15);

    /// <summary>How long a host may be without the cluster and still get tokens, unless it is enrolled with another limit; also the longest.</summary>
    public static readonly TimeSpan Offline = TimeSpan.FromDays(30);

    /// <summary>What is posted to <c>token</c> of a ServiceAccount.</summary>
    /// <param name="life">How long the token is to live; the server may allow less.</param>
    /// <param name="binding">The Secret that it is bound to; null for the ServiceAccount alone.</param>
    public static JsonObject Body(TimeSpan life, TokenBinding? binding)
    {
        var spec = new JsonObject { ["expirationSeconds"] = (long)life.TotalSeconds };
        if (binding is not null)
        {
            spec["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["name"] = binding.Name, ["uid"] = binding.Uid };
        }

        return new() { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = spec };
    }

    /// <summary>The token in the server's answer; null when there is none.</summary>
    /// <param name="answer">The answer.</param>
    public static IssuedToken? Read(JsonObject answer) =>
        answer["status"] is JsonObject status
        && status["token"] is JsonValue token && token.TryGetValue<string>(out var value)
        && status["expirationTimestamp"] is JsonValue time && time.TryGetValue<string>(out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires)
            ? new(value, expires)
            : null;
}
