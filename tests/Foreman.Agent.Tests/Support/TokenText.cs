using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace Foreman.Agent.Tests.Support;

/// <summary>Tokens of ServiceAccounts that no server has signed.</summary>
internal static class TokenText
{
    /// <summary>One with such claims.</summary>
    public static string Of(JsonObject claims) => $"{Part("""{"alg":"none"}""")}.{Part(claims.ToJsonString())}.{Part("signature")}";

    /// <summary>One of a host.</summary>
    public static string OfHost(string node, TimeSpan life, string mark = "", string space = "foreman-system-hosts") => Of(new JsonObject
    {
        ["sub"] = $"system:serviceaccount:{space}:{node}",
        ["iat"] = 1_900_000_000,
        ["exp"] = 1_900_000_000 + (long)life.TotalSeconds,
        ["jti"] = mark,
        ["kubernetes.io"] = new JsonObject { ["secret"] = new JsonObject { ["name"] = "join-1", ["uid"] = "u-1" } },
    });

    private static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
