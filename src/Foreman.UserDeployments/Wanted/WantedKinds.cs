using System.Collections.Immutable;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments;

/// <summary>The kinds of a UserDeployment's objects.</summary>
public static class WantedKinds
{
    /// <summary>Of External Secrets.</summary>
    public static ResourceType ExternalSecret { get; } = new("external-secrets.io", "v1", "ExternalSecret", "externalsecrets", Namespaced: true);

    /// <summary>Of Traefik.</summary>
    public static ResourceType IngressRoute { get; } = new("traefik.io", "v1alpha1", "IngressRoute", "ingressroutes", Namespaced: true);

    internal static ResourceType Service { get; } = new("", "v1", "Service", "services", Namespaced: true);

    internal static ResourceType Ingress { get; } = new("networking.k8s.io", "v1", "Ingress", "ingresses", Namespaced: true);

    internal static ResourceType NetworkPolicy { get; } = new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", Namespaced: true);

    // After the kinds that it lists: initializers run in the order of the text.
    /// <summary>The kinds within the namespace, in the order in which they are deleted. Those of others may not be served.</summary>
    public static ImmutableArray<ResourceType> All { get; } =
    [
        IngressRoute, Ingress, Service, DeploymentFormat.Type, ExternalSecret, V1ConfigMap.Type, NetworkPolicy,
    ];

    /// <summary>True for a kind of another project, which may not be installed.</summary>
    /// <param name="type">One of <see cref="All"/>.</param>
    public static bool IsExternal(ResourceType type) => type == ExternalSecret || type == IngressRoute;

    /// <summary>What serves a kind of another project, for messages.</summary>
    /// <param name="type">One of those of which <see cref="IsExternal"/> is true.</param>
    public static string ProjectOf(ResourceType type) => type == ExternalSecret ? "External Secrets" : "Traefik";
}
