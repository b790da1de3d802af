namespace Foreman.Kubernetes;

/// <summary>What an Event tells.</summary>
internal sealed record EventFacts(IKubernetesObject About, string Type, string Reason, string Message)
{
    /// <summary>Events with the same key are one Event with a count.</summary>
    public EventKey Key => new(About.Uid(), About.Namespace() ?? "default", About.Name(), Type, Reason, Message);

    public V1ObjectReference Reference() => new()
    {
        ApiVersion = About.ApiVersion,
        Kind = About.Kind,
        Name = About.Name(),
        NamespaceProperty = About.Namespace(),
        Uid = About.Uid(),
        ResourceVersion = About.Metadata.ResourceVersion,
    };
}

/// <summary>What makes two events alike. Events about objects of the cluster live in the namespace <c>default</c>.</summary>
internal sealed record EventKey(string Uid, string Namespace, string Name, string Type, string Reason, string Message);

/// <summary>An Event as it was written last.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Count">How often it has been told.</param>
internal sealed record EventEntry(string Namespace, string Name, int Count);
