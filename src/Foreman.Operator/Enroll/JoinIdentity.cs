using System.Security.Cryptography;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>
/// The identity of one enrolment: a ServiceAccount beside the operator whose token joins the host, once, and later gets the host tokens
/// again after a time without the cluster. It may do nothing else.
/// </summary>
internal static class JoinIdentity
{
    private const string Component = "join";
    private const string Selector = "app.kubernetes.io/part-of=foreman,app.kubernetes.io/component=" + Component;

    /// <summary>Creates one, and voids those of the same host that no host has used.</summary>
    /// <returns>Its name, of which the Secret that it joins by has the same.</returns>
    /// <exception cref="ExitException">The namespace does not exist.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<string> CreateAsync(IKubernetes client, EnrollRequest request, CancellationToken cancellationToken)
    {
        await RemoveAsync(client, request, unusedOnly: true, cancellationToken).ConfigureAwait(false);
        var id = "join-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        try
        {
            await client.CreateAsync(Account(id, request), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new ExitException(ExitCodes.Failed, $"the namespace {request.Namespace} is not there: name the namespace that Foreman is installed in with --namespace");
        }

        try
        {
            await GrantAsync(client, request, id, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // Both namespaces are there, so the server has no RBAC and needs no grant.
        }

        return id;
    }

    /// <summary>Joins in the host's place: makes the Secret that its tokens are bound to.</summary>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<TokenBinding> JoinAsync(IKubernetes client, EnrollRequest request, string id, CancellationToken cancellationToken)
    {
        var made = await client.CreateAsync(JoinSecret.Of(id, request.Node, request.Namespace), cancellationToken: cancellationToken).ConfigureAwait(false);
        return new TokenBinding(id, made.Metadata.Uid ?? "");
    }

    /// <summary>Takes identities of the host away, with the tokens that came from them.</summary>
    /// <param name="client">The admin's client.</param>
    /// <param name="request">The host.</param>
    /// <param name="unusedOnly">Whether those stay that the host has joined by.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<int> RemoveAsync(IKubernetes client, EnrollRequest request, bool unusedOnly, CancellationToken cancellationToken)
    {
        var hosts = Labels.HostsNamespace(request.Namespace);
        var all = await client.ListAsync<V1ServiceAccount>(request.Namespace, new ListOptions { LabelSelector = Selector }, cancellationToken).ConfigureAwait(false);
        var removed = 0;
        foreach (var id in all.Items.Where(account => account.Metadata.Annotations?.GetValueOrDefault(Labels.Node) == request.Node).Select(account => account.Name()))
        {
            if (unusedOnly && await IsUsedAsync(client, id, hosts, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            // First its rights, so that it can't make the Secret again; last the account, by which the rest is found when this is interrupted.
            await Rbac.RevokeAsync(client, id, hosts, cancellationToken).ConfigureAwait(false);
            await Rbac.RevokeAsync(client, id, request.Namespace, cancellationToken).ConfigureAwait(false);
            await Rbac.DeleteAsync(client, new(V1Secret.Type, id, hosts), cancellationToken).ConfigureAwait(false);
            await Rbac.DeleteAsync(client, new(V1ServiceAccount.Type, id, request.Namespace), cancellationToken).ConfigureAwait(false);
            removed++;
        }

        return removed;
    }

    private static async Task<bool> IsUsedAsync(IKubernetes client, string id, string hosts, CancellationToken cancellationToken)
    {
        try
        {
            await client.Dynamic.ReadMetadataAsync(V1Secret.Type, id, hosts, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    // A name can't be required of what is created by a Role; the policy of the chart requires it.
    private static async Task GrantAsync(IKubernetes client, EnrollRequest request, string id, CancellationToken cancellationToken)
    {
        var hosts = Labels.HostsNamespace(request.Namespace);
        await Rbac.GrantAsync(
            client,
            HostIdentity.Metadata(id, hosts, request.Node),
            [Rbac.Rule("create", "serviceaccounts/token", request.Node), Rbac.Rule("create", "secrets")],
            [(request.Namespace, id)],
            cancellationToken).ConfigureAwait(false);
        if (request.OfflineLimit > TimeSpan.Zero)
        {
            await Rbac.GrantAsync(
                client,
                HostIdentity.Metadata(id, request.Namespace, request.Node),
                [Rbac.Rule("create", "serviceaccounts/token", id)],
                [(request.Namespace, id)],
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static V1ServiceAccount Account(string id, EnrollRequest request) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = id,
            NamespaceProperty = request.Namespace,
            Labels = new Dictionary<string, string>
            {
                ["app.kubernetes.io/part-of"] = "foreman",
                ["app.kubernetes.io/component"] = Component,
                ["app.kubernetes.io/managed-by"] = "foreman-operator",
            },
            Annotations = new Dictionary<string, string> { [Labels.Node] = request.Node },
        },
        AutomountServiceAccountToken = false,
    };
}
