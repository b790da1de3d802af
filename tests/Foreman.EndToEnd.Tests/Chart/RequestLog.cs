using System.Text.Json.Nodes;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Chart;

/// <summary>What identities asked an API server for, by its audit log, from the making of this on.</summary>
internal sealed class RequestLog
{
    // Every identity may ask what it may do.
    private const string Reviews = "authorization.k8s.io";

    private readonly string? _path;
    private readonly int _before;

    /// <param name="server">One that notes requests.</param>
    public RequestLog(KubeApiServer server)
    {
        _path = server.AuditLog;
        _before = File.Exists(_path) ? File.ReadLines(_path).Count() : 0;
    }

    /// <summary>Requests of an identity for objects, and whether roles and admission policies allowed them.</summary>
    /// <param name="isUser">Whether a user is the identity.</param>
    public IReadOnlyList<(Right Right, bool Allowed)> Of(Func<string, bool> isUser) =>
    [
        .. File.ReadLines(_path ?? throw new InvalidOperationException("This API server notes no requests.")).Skip(_before)
            .Where(line => line is ['{', .., '}'])
            .Select(line => JsonNode.Parse(line)!)
            .Where(e => e["objectRef"]?["resource"] is not null && (string?)e["objectRef"]!["apiGroup"] != Reviews && isUser((string)e["user"]!["username"]!))
            .Select(e => (RightOf((string)e["verb"]!, e["objectRef"]!), (string?)e["annotations"]?["authorization.k8s.io/decision"] == "allow" && (int?)e["responseStatus"]?["code"] != 403))
            .Distinct(),
    ];

    private static Right RightOf(string verb, JsonNode about) => new(
        (string?)about["namespace"],
        Right.ResourceOf((string?)about["apiGroup"], (string)about["resource"]!, (string?)about["subresource"]),
        (string?)about["name"],
        verb);
}
