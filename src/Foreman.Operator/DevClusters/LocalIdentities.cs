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

    // Nobody renews it; the cluster ends with its process, and its tokens with it.
    private static readonly TimeSpan OperatorTokenLife = TimeSpan.FromDays(30);

    /// <summary>A kubeconfig of the operator.</summary>
    public static Task<string> ForOperatorAsync(LocalCluster cluster, IKubernetes client, CancellationToken cancellationToken) =>
        WriteAsync(cluster, client, new(V1ServiceAccount.Type, OperatorAccount, ForemanNamespace), OperatorTokenLife, cancellationToken);

    /// <summary>A kubeconfig of a host, whose agent renews the token in it.</summary>
    public static Task<string> ForHostAsync(LocalCluster cluster, IKubernetes client, string node, CancellationToken cancellationToken) =>
        WriteAsync(cluster, client, new(V1ServiceAccount.Type, node, Labels.HostsNamespace(ForemanNamespace)), TokenRequests.Longest, cancellationToken);

    private static async Task<string> WriteAsync(LocalCluster cluster, IKubernetes client, ResourceKey account, TimeSpan life, CancellationToken cancellationToken)
    {
        await client.CreateAsync(new V1ServiceAccount { Metadata = new() { Name = account.Name, NamespaceProperty = account.Namespace } }, cancellationToken: cancellationToken);
        var answer = await client.Dynamic.CreateSubresourceAsync(account, "token", TokenRequests.Body(life, null), cancellationToken);
        var token = TokenRequests.Read(answer) ?? throw new InvalidOperationException($"the cluster answered without a token for {account.Namespace}/{account.Name}");
        return cluster.WriteKubeconfig($"{account.Namespace}.{account.Name}", token.Value);
    }
}
