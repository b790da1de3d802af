using System.Text.Json.Nodes;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>Desired state of a UserDeployment.</summary>
public sealed record UserDeploymentSpec
{
    /// <summary>Whose it is, for people; an annotation of all of its objects.</summary>
    [Length(Max = 253)]
    public string? Owner { get; init; }

    /// <summary>Whether its services run.</summary>
    [Default("\"running\"")]
    public DesiredState? DesiredState { get; init; }

    /// <summary>The template that its services are made from.</summary>
    [Required]
    public TemplateReference TemplateRef { get => field ?? new(); init; }

    /// <summary>Values of the template's parameters by name.</summary>
    [Length(Max = 100)]
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>
    /// Namespace of its objects; one of its own when absent. One that is there already must be that of the UserDeployment, or carry the
    /// label foreman.llmkube.dev/user-deployments=allowed; it is never deleted.
    /// </summary>
    [Length(Max = 63)]
    [Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    public string? TargetNamespace { get; init; }

    /// <summary>Configuration by key: values of ${config.KEY} in the template, and files of volumes with config: true. No secrets: they have spec.secrets.</summary>
    [Length(Max = 200)]
    public IReadOnlyDictionary<string, string>? Config { get; init; }

    /// <summary>Secrets that External Secrets fetches from the cluster's secret store; no value passes through Foreman.</summary>
    [Length(Max = 50)]
    [ListMap("name")]
    public IReadOnlyList<DeploymentSecret>? Secrets { get; init; }

    /// <summary>From where it is reached; from within its namespace only when absent.</summary>
    public DeploymentAccess? Access { get; init; }

    /// <summary>Changes of services of the template.</summary>
    [Length(Max = 50)]
    [ListMap("service")]
    public IReadOnlyList<ServiceOverride>? Overrides { get; init; }
}

/// <summary>One key of a ConfigMap with a template.</summary>
public sealed record TemplateReference
{
    /// <summary>Name of the ConfigMap.</summary>
    [Required]
    [Length(Min = 1, Max = 253)]
    public string Name { get => field ?? ""; init; }

    /// <summary>Its namespace: that of the UserDeployment when absent, or the operator's.</summary>
    [Length(Max = 63)]
    public string? Namespace { get; init; }

    /// <summary>Key of the template in it; template.yaml when absent.</summary>
    [Length(Max = 253)]
    public string? Key { get; init; }
}

/// <summary>A secret that is fetched from the cluster's secret store.</summary>
public sealed record DeploymentSecret
{
    /// <summary>Name of the Secret in the target namespace, which has the one key user-deployment-value.</summary>
    [Required]
    [Length(Min = 1, Max = 63)]
    public string Name { get => field ?? ""; init; }

    /// <summary>Its key in the secret store.</summary>
    [Required]
    [Length(Min = 1, Max = 1024)]
    public string RemoteKey { get => field ?? ""; init; }

    /// <summary>Field of what lies under that key; all of it when absent.</summary>
    [Length(Max = 253)]
    public string? Property { get; init; }

    /// <summary>Environment variable of all services that has its value; none when absent.</summary>
    [Length(Max = 100)]
    public string? Env { get; init; }
}

/// <summary>From where the exposed service is reached.</summary>
public sealed record DeploymentAccess
{
    /// <summary>From where.</summary>
    [Required]
    public AccessMode Mode { get; init; }

    /// <summary>Its host: a name below the domain of the operator, or the first label of one; NAME-NAMESPACE below that domain when absent.</summary>
    [Length(Max = 253)]
    public string? Host { get; init; }

    /// <summary>Port of the exposed service; its first one when absent.</summary>
    [RangeMinimum(1)]
    [RangeMaximum(65535)]
    public int? Port { get; init; }
}

/// <summary>What is changed of one service of the template.</summary>
public sealed record ServiceOverride
{
    /// <summary>Name of the service in the template.</summary>
    [Required]
    [Length(Min = 1, Max = 40)]
    public string Service { get => field ?? ""; init; }

    /// <summary>Its replicas; the template's when absent.</summary>
    [RangeMinimum(0)]
    [RangeMaximum(100)]
    public int? Replicas { get; init; }

    /// <summary>Its requests and limits in place of all of the template's; the template's when absent.</summary>
    public DeploymentResources? Resources { get; init; }

    /// <summary>Its image; the template's when absent.</summary>
    [Length(Max = 512)]
    public string? Image { get; init; }
}

/// <summary>Requests and limits of a service.</summary>
public sealed record DeploymentResources
{
    /// <summary>Most that may be used, as quantities.</summary>
    [IntOrString]
    public IReadOnlyDictionary<string, JsonNode>? Limits { get; init; }

    /// <summary>Least that is set aside, as quantities.</summary>
    [IntOrString]
    public IReadOnlyDictionary<string, JsonNode>? Requests { get; init; }
}
