using System.Text;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;

namespace Foreman.Testing.Kubelet;

/// <summary>What a pod takes from the API: Secrets, ConfigMaps and tokens of its ServiceAccount.</summary>
internal sealed class PodInputs(IKubernetes client, Pod pod)
{
    private string Space => pod.Metadata.NamespaceProperty ?? "";

    /// <summary>The values of a Secret; null when it is not there.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>?> SecretAsync(string name, CancellationToken cancellationToken) =>
        await client.TryReadAsync<V1Secret>(name, Space, cancellationToken) is { } secret ? secret.Data ?? new Dictionary<string, byte[]>() : null;

    /// <summary>The values of a ConfigMap; null when it is not there.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>?> ConfigMapAsync(string name, CancellationToken cancellationToken)
    {
        if (await client.TryReadAsync<V1ConfigMap>(name, Space, cancellationToken) is not { } map)
        {
            return null;
        }

        var texts = (map.Data ?? new Dictionary<string, string>()).Select(d => KeyValuePair.Create(d.Key, Encoding.UTF8.GetBytes(d.Value)));
        return texts.Concat(map.BinaryData ?? new Dictionary<string, byte[]>()).ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal);
    }

    /// <summary>A token that is bound to the pod.</summary>
    public async Task<byte[]> TokenAsync(TokenProjection source, CancellationToken cancellationToken)
    {
        var spec = new JsonObject
        {
            ["expirationSeconds"] = source.ExpirationSeconds ?? 3600,
            ["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = pod.Metadata.Name, ["uid"] = pod.Metadata.Uid },
        };
        if (source.Audience is { Length: > 0 } audience)
        {
            spec["audiences"] = new JsonArray(audience);
        }

        var account = new ResourceKey(V1ServiceAccount.Type, pod.Spec.ServiceAccountName ?? "default", Space);
        var request = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest", ["spec"] = spec };
        var answer = await client.Dynamic.CreateSubresourceAsync(account, "token", request, cancellationToken);
        return Encoding.UTF8.GetBytes((string)answer["status"]!["token"]!);
    }
}
