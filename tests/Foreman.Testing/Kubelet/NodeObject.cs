using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;

namespace Foreman.Testing.Kubelet;

/// <summary>The Node that a small kubelet registers.</summary>
internal static class NodeObject
{
    /// <summary>Address of the node and of all its pods, which share the network of this machine.</summary>
    public const string Address = "127.0.0.1";

    /// <summary>Namespace of the nodes' Leases.</summary>
    public const string LeaseSpace = "kube-node-lease";

    private const string Version = "v1.36.0";

    public static ResourceType Type { get; } = new("", "v1", "Node", "nodes", Namespaced: false);

    /// <summary>The Node.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What it claims to have.</param>
    /// <param name="port">Where the kubelet listens.</param>
    /// <param name="now">When it began to be ready.</param>
    public static JsonObject Of(string name, KubeletOptions options, int port, DateTimeOffset now)
    {
        var labels = new JsonObject { ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux", ["kubernetes.io/arch"] = "amd64" };
        foreach (var (label, value) in options.Labels)
        {
            labels[label] = value;
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels },
            ["spec"] = options.ReservedFor is { } key ? new JsonObject { ["taints"] = new JsonArray(new JsonObject { ["key"] = key, ["effect"] = "NoSchedule" }) } : new JsonObject(),
            ["status"] = new JsonObject
            {
                ["capacity"] = Resources(options),
                ["allocatable"] = Resources(options),
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = Address }),
                ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = port } },
                ["conditions"] = Conditions(now),
                ["nodeInfo"] = Info(name),
            },
        };
    }

    /// <summary>The status alone, as it is written again by a kubelet that was silent.</summary>
    public static JsonObject Conditions(string name, DateTimeOffset now) =>
        new() { ["metadata"] = new JsonObject { ["name"] = name }, ["status"] = new JsonObject { ["conditions"] = Conditions(now) } };

    /// <summary>Whether the control plane keeps pods away because it does not find the node ready (yet).</summary>
    public static bool IsKeptFree(JsonObject? node) =>
        node?["spec"]?["taints"] is JsonArray taints && taints.Any(t => ((string?)t?["key"])?.StartsWith("node.kubernetes.io/", StringComparison.Ordinal) == true);

    private static JsonObject Resources(KubeletOptions options) => new()
    {
        ["cpu"] = options.Cpu,
        ["memory"] = options.Memory,
        ["ephemeral-storage"] = options.EphemeralStorage,
        ["pods"] = $"{options.Pods}",
    };

    private static JsonArray Conditions(DateTimeOffset now) => new(
        Condition("MemoryPressure", "False", "KubeletHasSufficientMemory", now),
        Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", now),
        Condition("PIDPressure", "False", "KubeletHasSufficientPID", now),
        Condition("Ready", "True", "KubeletReady", now));

    private static JsonObject Condition(string type, string status, string reason, DateTimeOffset now) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["reason"] = reason,
        ["message"] = "the small kubelet of the tests",
        ["lastHeartbeatTime"] = Rfc3339Converter.Format(now),
        ["lastTransitionTime"] = Rfc3339Converter.Format(now),
    };

    private static JsonObject Info(string name) => new()
    {
        ["machineID"] = name,
        ["systemUUID"] = name,
        ["bootID"] = name,
        ["kernelVersion"] = Environment.OSVersion.VersionString,
        ["osImage"] = "processes of this machine",
        ["containerRuntimeVersion"] = "processes://1.0.0",
        ["kubeletVersion"] = Version,
        ["kubeProxyVersion"] = Version,
        ["operatingSystem"] = "linux",
        ["architecture"] = "amd64",
    };
}
