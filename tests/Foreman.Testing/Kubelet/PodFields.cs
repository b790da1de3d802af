using System.Globalization;

namespace Foreman.Testing.Kubelet;

/// <summary>Fields of a pod as texts, for variables and files (the downward API).</summary>
internal static class PodFields
{
    /// <summary>The value of a field.</summary>
    /// <exception cref="PodSetupException">There is no such field here.</exception>
    public static string Value(Pod pod, string path) => path switch
    {
        "metadata.name" => pod.Metadata.Name ?? "",
        "metadata.namespace" => pod.Metadata.NamespaceProperty ?? "",
        "metadata.uid" => pod.Metadata.Uid ?? "",
        "metadata.labels" => Lines(pod.Metadata.Labels),
        "metadata.annotations" => Lines(pod.Metadata.Annotations),
        "spec.nodeName" => pod.Spec.NodeName ?? "",
        "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "default",
        "status.hostIP" or "status.podIP" or "status.hostIPs" or "status.podIPs" => NodeObject.Address,
        _ => Keyed(pod.Metadata.Labels, path, "metadata.labels['")
            ?? Keyed(pod.Metadata.Annotations, path, "metadata.annotations['")
            ?? throw new PodSetupException($"unsupported fieldPath: {path}"),
    };

    /// <summary>A limit or request of a container in units of the divisor, rounded up; 0 when there is none.</summary>
    /// <exception cref="PodSetupException">There is no such container or resource here.</exception>
    public static string Value(Pod pod, Container? own, ResourceSelection selection)
    {
        var container = selection.ContainerName is { Length: > 0 } name ? pod.Spec.Containers.Concat(pod.Spec.InitContainers).FirstOrDefault(c => c.Name == name) : own;
        var parts = selection.Resource.Split('.', 2);
        if (container is null || parts is not ["limits" or "requests", var resource])
        {
            throw new PodSetupException($"unsupported resourceFieldRef: {selection.ContainerName} {selection.Resource}");
        }

        var values = parts[0] == "limits" ? container.Resources.Limits : container.Resources.Requests;
        var amount = values?.GetValueOrDefault(resource) is { } quantity ? Quantities.Parse(quantity) : 0;
        var divisor = selection.Divisor is { Length: > 0 } text and not "0" ? Quantities.Parse(text) : 1;
        return decimal.Ceiling(amount / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string? Keyed(IReadOnlyDictionary<string, string>? values, string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal)
            ? values?.GetValueOrDefault(path[prefix.Length..^2]) ?? ""
            : null;

    private static string Lines(IReadOnlyDictionary<string, string>? values) =>
        string.Concat((values ?? new Dictionary<string, string>()).OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}=\"{v.Value}\"\n"));
}
