namespace Foreman.Kubernetes;

/// <summary>The content of an Event.</summary>
internal sealed record EventFacts(IKubernetesObject About, string Type, string Reason, string Message)
{
    /// <summary>The object that it is about. Events about objects of the cluster live in the namespace <c>default</c>.</summary>
    public EventSubject Subject => new(About.ApiVersion, About.Kind, About.Namespace() ?? "default", About.Name(), About.Uid());

    /// <summary>Events with the same key are similar: they differ in the message at most.</summary>
    public EventGroup Group => new(Subject, Type, Reason);

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

/// <summary>An object that events are about.</summary>
internal sealed record EventSubject(string ApiVersion, string Kind, string Namespace, string Name, string Uid);

/// <summary>What similar events have in common.</summary>
internal sealed record EventGroup(EventSubject Subject, string Type, string Reason);

/// <summary>What equal events have in common.</summary>
/// <param name="Group">What similar ones have in common.</param>
/// <param name="Message">The message; null for the Event that aggregates similar ones.</param>
internal sealed record EventKey(EventGroup Group, string? Message);

/// <summary>An Event as last published.</summary>
/// <param name="Name">Its name; its namespace is the subject's.</param>
/// <param name="Count">Its count.</param>
internal sealed record EventEntry(string Name, int Count);
