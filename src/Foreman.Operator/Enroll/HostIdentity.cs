using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>Creates the ServiceAccount of a host and a token for it.</summary>
internal static class HostIdentity
{
    /// <summary>A token of a host.</summary>
    /// <param name="Value">The bearer token.</param>
    /// <param name="ExpiresAt">Until when it is valid, as the API server decided.</param>
    /// <param name="IsNewAccount">Whether the ServiceAccount was created now.</param>
    public sealed record Token(string Value, DateTimeOffset ExpiresAt, bool IsNewAccount);

    /// <summary>Creates the ServiceAccount if absent, and requests a token. Old tokens stay valid.</summary>
    /// <exception cref="ExitException">The hosts' namespace does not exist.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<Token> IssueAsync(IKubernetes client, EnrollRequest request, CancellationToken cancellationToken)
    {
        var space = Labels.HostsNamespace(request.Namespace);
        var isNew = await EnsureAccountAsync(client, request, cancellationToken).ConfigureAwait(false);
        var answer = await client.Dynamic.CreateSubresourceAsync(
            new(V1ServiceAccount.Type, request.Node, space), "token", TokenRequest(request.Days), cancellationToken).ConfigureAwait(false);
        var status = answer["status"];
        return new Token(
            (string?)status?["token"] ?? throw new ExitException(ExitCodes.Failed, $"the API server answered without a token for {space}/{request.Node}"),
            DateTimeOffset.Parse((string)status!["expirationTimestamp"]!, CultureInfo.InvariantCulture),
            isNew);
    }

    /// <summary>Creates the ServiceAccount if absent; true when it was.</summary>
    /// <exception cref="ExitException">The hosts' namespace does not exist.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<bool> EnsureAccountAsync(IKubernetes client, EnrollRequest request, CancellationToken cancellationToken)
    {
        var space = Labels.HostsNamespace(request.Namespace);
        try
        {
            await client.CreateAsync(Account(request.Node, space), cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return false;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new ExitException(
                ExitCodes.Failed,
                $"the namespace {space} is not there: install the chart into {request.Namespace} first (helm install foreman charts/foreman --namespace {request.Namespace}), or name the namespace that it is installed in with --namespace");
        }
    }

    private static V1ServiceAccount Account(string node, string space) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = node,
            NamespaceProperty = space,
            Labels = new Dictionary<string, string>
            {
                ["app.kubernetes.io/part-of"] = "foreman",
                ["app.kubernetes.io/component"] = "hosts",
                ["app.kubernetes.io/managed-by"] = "foreman-operator",
            },
        },
    };

    private static JsonObject TokenRequest(int days) => new()
    {
        ["apiVersion"] = "authentication.k8s.io/v1",
        ["kind"] = "TokenRequest",
        ["spec"] = new JsonObject { ["expirationSeconds"] = (long)TimeSpan.FromDays(days).TotalSeconds },
    };
}
