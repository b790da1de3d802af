using System.Buffers.Text;
using System.Text.Json;

namespace Foreman.Kubernetes;

/// <summary>Reads the validity period of a JSON Web Token, without verifying it.</summary>
internal static class JwtLifetime
{
    /// <summary>Share of its lifetime after which a token should be replaced, the same as in the kubelet.</summary>
    public const double RenewAt = 0.8;

    /// <summary>When the token is due for renewal; null when it is not a JWT or has no expiry.</summary>
    /// <param name="token">The token.</param>
    /// <param name="now">Used as the start when the token has no issue time.</param>
    public static DateTimeOffset? RenewalDue(string token, DateTimeOffset now)
    {
        if (Claims(token) is not { ValueKind: JsonValueKind.Object } claims || Time(claims, "exp") is not { } end)
        {
            return null;
        }

        var begin = Time(claims, "iat") ?? now;
        return begin < end ? begin + ((end - begin) * RenewAt) : end;
    }

    private static DateTimeOffset? Time(JsonElement claims, string claim) =>
        claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static JsonElement? Claims(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return json.RootElement.Clone();
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }
}
