using System.Buffers.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Agent.Identity;

/// <summary>A token of a ServiceAccount and what it says of itself; whether it is true is for the API server to say.</summary>
/// <param name="Value">The bearer token.</param>
/// <param name="Namespace">Namespace of the ServiceAccount.</param>
/// <param name="Account">Name of the ServiceAccount.</param>
/// <param name="Life">From its issue to its end, above zero.</param>
internal sealed record HostToken(string Value, string Namespace, string Account, TimeSpan Life)
{
    private static readonly ForeignJsonLimits Limits = new() { MaxBytes = 64 * 1024, MaxDepth = 16, MaxValues = 1000 };

    /// <summary>Until when it is valid, by the server's clock.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>The Secret that it ends with; null for none.</summary>
    public TokenBinding? Binding { get; private init; }

    /// <summary>Reads a token; null when it is none of a ServiceAccount, or has no end.</summary>
    public static HostToken? Read(string? token)
    {
        if (token is null || token.Split('.') is not [_, var payload, _] || Payload(payload) is not { ValueKind: JsonValueKind.Object } claims)
        {
            return null;
        }

        if (Text(claims, "sub")?.Split(':') is not ["system", "serviceaccount", { Length: > 0 } space, { Length: > 0 } account]
            || Time(claims, "iat") is not { } issued || Time(claims, "exp") is not { } expires || expires <= issued)
        {
            return null;
        }

        return new HostToken(token, space, account, expires - issued) { ExpiresAt = expires, Binding = BindingOf(claims) };
    }

    /// <summary>Whose it is; never the token.</summary>
    public override string ToString() => FormattableString.Invariant($"token of {Namespace}/{Account} until {ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC");

    private static TokenBinding? BindingOf(JsonElement claims) =>
        claims.TryGetProperty("kubernetes.io", out var own) && own.ValueKind == JsonValueKind.Object
        && own.TryGetProperty("secret", out var secret) && secret.ValueKind == JsonValueKind.Object
        && Text(secret, "name") is { } name && Text(secret, "uid") is { } uid
            ? new(name, uid)
            : null;

    private static JsonElement? Payload(string part)
    {
        try
        {
            return ForeignJson.ParseOrNull(Base64Url.DecodeFromChars(part), Limits);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement claims, string claim) =>
        claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement claims, string claim) =>
        claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
