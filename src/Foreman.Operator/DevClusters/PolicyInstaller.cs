using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.DevClusters;

/// <summary>Installs the admission policies of the chart, for new clusters that have no chart.</summary>
internal static class PolicyInstaller
{
    /// <summary>Installs them for an installation.</summary>
    /// <param name="client">May write policies and bindings.</param>
    /// <param name="foremanNamespace">Namespace of the operator.</param>
    /// <param name="operatorAccount">Its ServiceAccount.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public static async Task InstallAsync(IKubernetes client, string foremanNamespace, string operatorAccount, CancellationToken cancellationToken)
    {
        foreach (var yaml in AdmissionPolicies.For(foremanNamespace, foremanNamespace + ".foreman", operatorAccount, "foreman-runner"))
        {
            await client.Dynamic.CreateAsync(YamlToJson.Convert(yaml), new WriteOptions { FieldManager = ApiGroup.FieldManager }, cancellationToken);
        }
    }
}
