using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.UserDeployments.Wanted;

/// <summary>The namespace, configuration and secrets. Pure.</summary>
internal static class ConfigObjects
{
    private const string Enforced = "pod-security.kubernetes.io/enforce";

    /// <summary>The namespace, where Pod Security holds the pods to what their template was held to.</summary>
    public static WantedObject Namespace(DeploymentRun run)
    {
        var metadata = run.Metadata(run.Target.Namespace, null);
        metadata["labels"]![Enforced] = run.Services.Any(s => s.IsOpen) ? "privileged" : "restricted";
        return new(ProvisioningStep.Namespace, V1Namespace.Type, run.Target.Namespace, null, new JsonObject
        {
            ["apiVersion"] = V1Namespace.Type.ApiVersion,
            ["kind"] = V1Namespace.Type.Kind,
            ["metadata"] = metadata,
        });
    }

    /// <summary>The configuration.</summary>
    public static WantedObject ConfigMap(DeploymentRun run)
    {
        var data = new JsonObject();
        foreach (var (key, value) in run.Config)
        {
            data[key] = value;
        }

        return run.Object(ProvisioningStep.ConfigMaps, V1ConfigMap.Type, PodObjects.ConfigMap, ("data", data));
    }

    /// <summary>A secret by reference: its value goes from the store into the namespace without passing through here.</summary>
    public static WantedObject Secret(DeploymentRun run, DeploymentSecret secret)
    {
        var remote = new JsonObject { ["key"] = secret.RemoteKey };
        if (secret.Property is { Length: > 0 } property)
        {
            remote["property"] = property;
        }

        return run.Object(ProvisioningStep.ExternalSecrets, WantedKinds.ExternalSecret, secret.Name, ("spec", new JsonObject
        {
            ["refreshInterval"] = "1h",
            ["secretStoreRef"] = new JsonObject { ["kind"] = "ClusterSecretStore", ["name"] = run.Settings.SecretStore },
            ["target"] = new JsonObject { ["name"] = secret.Name, ["creationPolicy"] = "Owner" },
            ["data"] = new JsonArray(new JsonObject { ["secretKey"] = PodObjects.SecretKey, ["remoteRef"] = remote }),
        }));
    }
}
