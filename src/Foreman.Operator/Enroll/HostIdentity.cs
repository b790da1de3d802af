using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>The ServiceAccount of a host, and its right to renew its own token.</summary>
internal static class HostIdentity
{
    // Without it, a release that made an account of this name before would delete this one in its next upgrade.
    private const string HelmPolicy = "helm.sh/resource-policy";
    private const string Keep = "keep";

    /// <summary>Creates the ServiceAccount if absent; true when it was. One that is there is taken over as it is.</summary>
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

    /// <summary>Lets the host renew its own token, and no other's, unless the chart or an earlier enrolment has done so.</summary>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task EnsureRightsAsync(IKubernetes client, EnrollRequest request, CancellationToken cancellationToken)
    {
        var space = Labels.HostsNamespace(request.Namespace);
        if (await client.Dynamic.TryReadAsync(Rbac.Bindings, NameOf(request.Node), space, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        try
        {
            await Rbac.GrantAsync(
                client, Metadata(NameOf(request.Node), space, request.Node), [Rbac.Rule("create", "serviceaccounts/token", request.Node)], [(space, request.Node)], cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // The namespace is there, so the server has no RBAC and needs no grant.
        }
    }

    /// <summary>Requests a token of the host; earlier ones stay valid.</summary>
    /// <param name="client">The admin's client.</param>
    /// <param name="request">The host.</param>
    /// <param name="binding">The Secret that the token ends with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExitException">The server's answer holds no token.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static Task<IssuedToken> IssueAsync(IKubernetes client, EnrollRequest request, TokenBinding binding, CancellationToken cancellationToken) =>
        TokenAsync(client, new(V1ServiceAccount.Type, request.Node, Labels.HostsNamespace(request.Namespace)), request.TokenLife, binding, cancellationToken);

    /// <summary>Requests a token of a ServiceAccount.</summary>
    /// <exception cref="ExitException">The server's answer holds no token.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<IssuedToken> TokenAsync(IKubernetes client, ResourceKey account, TimeSpan life, TokenBinding? binding, CancellationToken cancellationToken)
    {
        var answer = await client.Dynamic.CreateSubresourceAsync(account, "token", TokenRequests.Body(life, binding), cancellationToken).ConfigureAwait(false);
        return TokenRequests.Read(answer) ?? throw new ExitException(ExitCodes.Failed, $"the API server answered without a token for {account.Namespace}/{account.Name}");
    }

    /// <summary>Makes the ServiceAccount anew, with what people wrote on it: every token of the one before ends, what it was granted stays.</summary>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task ReplaceAccountAsync(IKubernetes client, EnrollRequest request, CancellationToken cancellationToken)
    {
        var space = Labels.HostsNamespace(request.Namespace);
        if (await client.TryReadAsync<V1ServiceAccount>(request.Node, space, cancellationToken).ConfigureAwait(false) is not { } before)
        {
            return;
        }

        await Rbac.DeleteAsync(client, new(V1ServiceAccount.Type, request.Node, space), cancellationToken).ConfigureAwait(false);
        var metadata = new V1ObjectMeta { Name = request.Node, NamespaceProperty = space, Labels = before.Metadata.Labels, Annotations = before.Metadata.Annotations };
        await client.CreateAsync(before with { Metadata = metadata, Secrets = null }, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the ServiceAccount and its right away; false when there was none.</summary>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<bool> RemoveAsync(IKubernetes client, EnrollRequest request, CancellationToken cancellationToken)
    {
        var space = Labels.HostsNamespace(request.Namespace);
        var wasThere = await Rbac.DeleteAsync(client, new(V1ServiceAccount.Type, request.Node, space), cancellationToken).ConfigureAwait(false);
        await Rbac.RevokeAsync(client, NameOf(request.Node), space, cancellationToken).ConfigureAwait(false);
        return wasThere;
    }

    /// <summary>Metadata of what belongs to the identity of a host.</summary>
    internal static JsonObject Metadata(string name, string space, string node) => new()
    {
        ["name"] = name,
        ["namespace"] = space,
        ["labels"] = new JsonObject
        {
            ["app.kubernetes.io/part-of"] = "foreman",
            ["app.kubernetes.io/component"] = "hosts",
            ["app.kubernetes.io/managed-by"] = "foreman-operator",
        },
        ["annotations"] = new JsonObject { [Labels.Node] = node, [HelmPolicy] = Keep },
    };

    // The chart names the Role of a host that it makes in the same way.
    private static string NameOf(string node) => "foreman-host:" + node;

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
            Annotations = new Dictionary<string, string> { [HelmPolicy] = Keep },
        },
    };
}
