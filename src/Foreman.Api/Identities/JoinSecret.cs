using Foreman.Kubernetes;

namespace Foreman.Api;

/// <summary>
/// The empty Secret by which a host joins once: who creates it has joined, and only that one knows its UID, which each token of the host
/// is bound to. When it is deleted, those tokens end.
/// </summary>
public static class JoinSecret
{
    /// <summary>The Secret of an enrolment.</summary>
    /// <param name="id">Name of the ServiceAccount that joins.</param>
    /// <param name="node">Name of the host's FleetNode.</param>
    /// <param name="foremanNamespace">Namespace that Foreman is installed in.</param>
    public static V1Secret Of(string id, string node, string foremanNamespace) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = id,
            NamespaceProperty = Labels.HostsNamespace(foremanNamespace),
            Labels = new Dictionary<string, string>
            {
                ["app.kubernetes.io/part-of"] = "foreman",
                ["app.kubernetes.io/component"] = "join",
            },
            Annotations = new Dictionary<string, string> { [Labels.Node] = node },
        },
        SecretType = "Opaque",
        Immutable = true,
    };
}
