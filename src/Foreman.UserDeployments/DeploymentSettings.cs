namespace Foreman.UserDeployments;

/// <summary>What this operator allows to UserDeployments, and where it puts them.</summary>
public sealed record DeploymentSettings
{
    /// <summary>Domain that all hosts lie below; null where none was given, and then nothing is exposed.</summary>
    public string? Domain { get; init; }

    /// <summary>Name of the ClusterSecretStore; null where none was given, and then no secrets can be fetched.</summary>
    public string? SecretStore { get; init; }

    /// <summary>False makes no NetworkPolicies.</summary>
    public bool NetworkPolicies { get; init; } = true;

    /// <summary>By which kind of object services are exposed.</summary>
    public IngressKind IngressKind { get; init; }

    /// <summary>True takes templates with privileged pods, host paths and host networks.</summary>
    public bool AllowPrivileged { get; init; }

    /// <summary>Namespace of the operator, whose templates everybody may use.</summary>
    public string ForemanNamespace { get; init; } = "foreman-system";

    /// <summary>How often all objects are applied again, above zero.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>By which kind of object services are exposed.</summary>
public enum IngressKind
{
    /// <summary>An IngressRoute of Traefik, on the entry point <c>websecure</c> or <c>internal</c>.</summary>
    Traefik,

    /// <summary>An Ingress, of the cluster's default class or of the class <c>internal</c>.</summary>
    Ingress,
}
