namespace Foreman.Kubernetes;

/// <summary>What the API server needs to know to address a kind of object: its group, version, kind and plural.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, for example <c>v1</c>.</param>
/// <param name="Kind">Kind in CamelCase, for example <c>Lease</c>.</param>
/// <param name="Plural">Lower-case plural as used in URLs, for example <c>leases</c>.</param>
/// <param name="Namespaced">True when objects live in a namespace; false when they belong to the cluster.</param>
public sealed record ResourceType(string Group, string Version, string Kind, string Plural, bool Namespaced)
{
    /// <summary><c>group/version</c>, or the version alone for the core group: the value of <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Path below the server's root at which the group and version are served.</summary>
    public string BasePath => Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";

    /// <summary>Path of the collection: all namespaces when <paramref name="ns"/> is null.</summary>
    /// <param name="ns">A namespace, or null for the whole cluster.</param>
    public string CollectionPath(string? ns = null) =>
        Namespaced && ns is not null
            ? $"{BasePath}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}"
            : $"{BasePath}/{Plural}";
}
