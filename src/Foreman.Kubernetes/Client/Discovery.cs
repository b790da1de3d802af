using System.Text.Json.Nodes;

namespace Foreman.Kubernetes;

/// <summary>Reads discovery documents (meta/v1 APIResourceList).</summary>
internal static class Discovery
{
    public static string Path(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal)
        ? $"/apis/{string.Join('/', apiVersion.Split('/').Select(Uri.EscapeDataString))}"
        : $"/api/{Uri.EscapeDataString(apiVersion)}";

    /// <summary>The kind in a list of resources, or null. Entries with a slash are parts of objects, such as <c>pods/log</c>.</summary>
    public static ResourceType? Find(JsonObject? list, string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var (group, version) = slash < 0 ? ("", apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        return list?["resources"] is not JsonArray resources
            ? null
            : resources.OfType<JsonObject>()
                .Where(r => (string?)r["kind"] == kind && (string?)r["name"] is { } name && !name.Contains('/', StringComparison.Ordinal))
                .Select(r => new ResourceType(group, version, kind, (string)r["name"]!, (bool?)r["namespaced"] ?? false))
                .FirstOrDefault();
    }
}
