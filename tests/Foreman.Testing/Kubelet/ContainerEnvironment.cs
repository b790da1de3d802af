using System.Text;

namespace Foreman.Testing.Kubelet;

/// <summary>The variables of a container: of its image, of the cluster, of whole objects, and its own, each laid over those before.</summary>
internal static class ContainerEnvironment
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Builds them.</summary>
    /// <exception cref="PodSetupException">A Secret, a ConfigMap or a key is not there and not optional.</exception>
    public static async Task<Dictionary<string, string>> BuildAsync(
        Pod pod, Container container, KubeletImage image, Uri server, PodInputs inputs, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = DefaultPath,
            ["HOME"] = "/",
            ["HOSTNAME"] = pod.Spec.Hostname ?? pod.Metadata.Name ?? "",
            ["KUBERNETES_SERVICE_HOST"] = server.Host,
            ["KUBERNETES_SERVICE_PORT"] = $"{server.Port}",
            ["KUBERNETES_SERVICE_PORT_HTTPS"] = $"{server.Port}",
        };
        foreach (var (name, value) in image.Environment)
        {
            values[name] = value;
        }

        foreach (var from in container.EnvFrom)
        {
            foreach (var (key, value) in await AllOfAsync(from, inputs, cancellationToken))
            {
                values[from.Prefix + key] = value;
            }
        }

        foreach (var variable in container.Env)
        {
            var value = variable.ValueFrom is { } source
                ? await ValueAsync(pod, container, source, inputs, cancellationToken)
                : Expansion.Expand(variable.Value ?? "", values);
            if (value is not null)
            {
                values[variable.Name] = value;
            }
        }

        return values;
    }

    private static async Task<Dictionary<string, string>> AllOfAsync(EnvFromSource from, PodInputs inputs, CancellationToken cancellationToken)
    {
        var found = from.SecretRef is { } secret ? await inputs.SecretAsync(secret.Name, cancellationToken)
            : from.ConfigMapRef is { } map ? await inputs.ConfigMapAsync(map.Name, cancellationToken)
            : null;
        if (found is null && (from.SecretRef ?? from.ConfigMapRef) is { Optional: not true } missing)
        {
            throw new PodSetupException($"{(from.SecretRef is null ? "configmap" : "secret")} \"{missing.Name}\" not found");
        }

        return (found ?? new Dictionary<string, byte[]>()).ToDictionary(f => f.Key, f => Encoding.UTF8.GetString(f.Value), StringComparer.Ordinal);
    }

    /// <summary>The value; null when it is optional and not there.</summary>
    private static async Task<string?> ValueAsync(Pod pod, Container container, EnvVarSource source, PodInputs inputs, CancellationToken cancellationToken)
    {
        if (source.FieldRef is { } field)
        {
            return PodFields.Value(pod, field.FieldPath);
        }

        if (source.ResourceFieldRef is { } resource)
        {
            return PodFields.Value(pod, container, resource);
        }

        if ((source.SecretKeyRef ?? source.ConfigMapKeyRef) is not { } selection)
        {
            throw new PodSetupException("unsupported valueFrom: it names no field, resource, Secret or ConfigMap");
        }

        var isSecret = source.SecretKeyRef is not null;
        var values = isSecret ? await inputs.SecretAsync(selection.Name, cancellationToken) : await inputs.ConfigMapAsync(selection.Name, cancellationToken);
        return values?.GetValueOrDefault(selection.Key) is { } value ? Encoding.UTF8.GetString(value)
            : selection.Optional == true ? null
            : throw new PodSetupException(values is null
                ? $"{(isSecret ? "secret" : "configmap")} \"{selection.Name}\" not found"
                : $"couldn't find key {selection.Key} in {(isSecret ? "Secret" : "ConfigMap")} {pod.Metadata.NamespaceProperty}/{selection.Name}");
    }
}
