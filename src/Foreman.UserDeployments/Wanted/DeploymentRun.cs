using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.UserDeployments.Templates;

namespace Foreman.UserDeployments.Wanted;

/// <summary>What the objects of a UserDeployment are made from.</summary>
/// <param name="Deployment">The UserDeployment.</param>
/// <param name="Settings">What this operator allows.</param>
/// <param name="Target">Where it lies and is reached.</param>
/// <param name="Services">Its services with their overrides.</param>
internal sealed record DeploymentRun(UserDeployment Deployment, DeploymentSettings Settings, DeploymentTarget Target, ImmutableArray<TemplateService> Services)
{
    /// <summary>Its configuration by key, in one order.</summary>
    public ImmutableSortedDictionary<string, string> Config { get; } =
        Deployment.Spec.Config is { } config ? config.ToImmutableSortedDictionary(StringComparer.Ordinal) : ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether its configuration is an object.</summary>
    public bool HasConfigMap => !Config.IsEmpty || Services.Any(UsesConfig);

    /// <summary>The service that is reached from outside of the namespace; null for none.</summary>
    public TemplateService? Exposed => Target.Host is null ? null : Services.FirstOrDefault(s => s.Expose);

    /// <summary>Port of the exposed service; 0 for none.</summary>
    public int ExposedPort => Exposed is { } service ? Deployment.Spec.Access?.Port ?? service.Ports.FirstOrDefault() : 0;

    /// <summary>True for a service that sees the configuration as files.</summary>
    public static bool UsesConfig(TemplateService service) => service.Volumes.Any(v => v.Config);

    /// <summary>The labels that select all pods.</summary>
    public Dictionary<string, string> OwnLabels() => new(StringComparer.Ordinal) { [Labels.UserDeploymentUid] = Deployment.Uid() };

    /// <summary>The labels of the pods of one service.</summary>
    public Dictionary<string, string> ServiceLabels(string service) => new(OwnLabels(), StringComparer.Ordinal) { ["app.kubernetes.io/name"] = service };

    /// <summary>An object of the namespace.</summary>
    /// <param name="step">When it is made.</param>
    /// <param name="type">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="content">Name of the field that holds what it says, and that.</param>
    public WantedObject Object(ProvisioningStep step, ResourceType type, string name, (string Field, JsonNode Value) content) =>
        new(step, type, name, Target.Namespace, new JsonObject
        {
            ["apiVersion"] = type.ApiVersion,
            ["kind"] = type.Kind,
            ["metadata"] = Metadata(name, Target.Namespace),
            [content.Field] = content.Value,
        });

    /// <summary>Metadata of an object: whose it is.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="space">Its namespace; null for an object of the cluster.</param>
    public JsonObject Metadata(string name, string? space)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (space is not null)
        {
            metadata["namespace"] = space;
        }

        metadata["labels"] = new JsonObject
        {
            ["app.kubernetes.io/managed-by"] = ApiGroup.FieldManager,
            [Labels.UserDeploymentUid] = Deployment.Uid(),
        };
        var annotations = new JsonObject { [Labels.UserDeployment] = ObjectKey.Of(Deployment).ToString() };
        if (Deployment.Spec.Owner is { Length: > 0 } owner)
        {
            annotations[Labels.UserDeploymentOwner] = owner;
        }

        metadata["annotations"] = annotations;
        return metadata;
    }

    /// <summary>A model as JSON.</summary>
    public static JsonNode Json<T>(T model)
        where T : class => JsonNode.Parse(k8s.KubernetesJson.Serialize(model))!;
}
