using Foreman.DevCluster.Resources;

namespace Foreman.DevCluster.Routing;

/// <summary>A parsed API path: <c>/api/v1/…</c> or <c>/apis/GROUP/VERSION/…</c>.</summary>
internal sealed record ApiPath(string Group, string Version, string? Namespace, string Resource, string? Name, string? Subresource)
{
    private static readonly string[] NamespaceSubresources = ["status", "finalize"];

    /// <summary>Null when the path names no resource.</summary>
    public static ApiPath? Parse(string path)
    {
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return steps switch
        {
            ["api", var version, .. var rest] when rest.Length > 0 => FromRest("", version, rest),
            ["apis", var group, var version, .. var rest] when rest.Length > 0 => FromRest(group, version, rest),
            _ => null,
        };
    }

    private static ApiPath? FromRest(string group, string version, string[] rest)
    {
        var inNamespace = rest is ["namespaces", _, _, ..] && !(group.Length == 0 && rest.Length == 3 && NamespaceSubresources.Contains(rest[2], StringComparer.Ordinal));
        var (space, address) = inNamespace ? (rest[1], rest[2..]) : (null, rest);
        return address switch
        {
            [var resource] => new ApiPath(group, version, space, resource, null, null),
            [var resource, var name] => new ApiPath(group, version, space, resource, name, null),
            [var resource, var name, var subresource] => new ApiPath(group, version, space, resource, name, subresource),
            _ => null,
        };
    }

    /// <summary>
    /// Whether the path fits the kind's scope: cluster-scoped kinds have no namespace, names of namespaced kinds need one.
    /// </summary>
    public bool Fits(ResourceDefinition type) => type.Namespaced ? Namespace is not null || Name is null : Namespace is null;
}
