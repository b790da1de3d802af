namespace Foreman.Kubernetes;

/// <summary>Paths of kinds and objects; names that would change the meaning of the URL are rejected.</summary>
internal static class ResourcePaths
{
    public static string Object(ResourceType type, string name, string? ns)
    {
        RequireNamespace(type, ns);
        return $"{Collection(type, ns)}/{Segment(name, "name")}";
    }

    public static string Object(ResourceType type, string name, string? ns, string? subresource) =>
        subresource is null ? Object(type, name, ns) : $"{Object(type, name, ns)}/{Segment(subresource, "subresource")}";

    public static string Collection(ResourceType type, string? ns)
    {
        if (ns is null)
        {
            return type.CollectionPath();
        }

        if (!type.Namespaced)
        {
            throw new ArgumentException($"{type.Kind} belongs to the cluster, so it can't be asked for in the namespace `{ns}`", nameof(ns));
        }

        Segment(ns, "namespace");
        return type.CollectionPath(ns);
    }

    public static void RequireNamespace(ResourceType type, string? ns)
    {
        if (type.Namespaced && ns is null)
        {
            throw new ArgumentException($"{type.Kind} lives in a namespace: name one", nameof(ns));
        }
    }

    /// <summary>One segment of a path. The server refuses these names too, but by then the URL means something else.</summary>
    private static string Segment(string text, string what) => text is not ("" or "." or "..") && !text.AsSpan().ContainsAny("/%\\?#")
        ? Uri.EscapeDataString(text)
        : throw new ArgumentException($"`{text}` is not a valid {what}", nameof(text));
}
