using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.DevClusters;

/// <summary>The accounts that the chart gives operator and hosts, on a local cluster: its policies hold them as everywhere.</summary>
internal static class LocalIdentities
{
    /// <summary>Namespace of the operator.</summary>
    public const string ForemanNamespace = "foreman-system";

    /// <summary>Account of the operator.</summary>
    public const string OperatorAccount = "foreman-operator";

    // The cluster ends with its process, and its tokens with it.
    private static readonly TimeSpan TokenLife = TimeSpan.FromDays(30);

    /// <summary>A kubeconfig of the operator.</summary>
    public static Task<string> ForOperatorAsync(LocalCluster cluster, IKubernetes client, CancellationToken cancellationToken) =>
        WriteAsync(cluster, client, OperatorAccount, ForemanNamespace, cancellationToken);

    /// <summary>A kubeconfig of a host.</summary>
    public static Task<string> ForHostAsync(LocalCluster cluster, IKubernetes client, string node, CancellationToken cancellationToken) =>
        WriteAsync(cluster, client, node, Labels.HostsNamespace(ForemanNamespace), cancellationToken);

    private static async Task<string> WriteAsync(LocalCluster cluster, IKubernetes client, string account, string space, CancellationToken cancellationToken)
    {
        await client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = account, NamespaceProperty = space } }, cancellationToken: cancellationToken);
        var request = new JsonObject
        {
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["kind"] = "TokenRequest",
            ["spec"] = new JsonObject { ["expirationSeconds"] = (long)TokenLife.TotalSeconds },
        };
        var answer = await client.Dynamic.CreateSubresourceAsync(new(V1ServiceAccount.Type, account, space), "token", request, cancellationToken);
        return cluster.WriteKubeconfig($"{space}.{account}", (string)answer["status"]!["token"]!);
    }
}
