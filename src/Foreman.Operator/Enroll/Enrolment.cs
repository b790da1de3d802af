using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Enroll;

/// <summary>What an enrolment made.</summary>
/// <param name="Text">What the host is given: a command, or a kubeconfig.</param>
/// <param name="Trust">How the host is to know the API server.</param>
/// <param name="IsNewAccount">Whether the ServiceAccount was created now.</param>
internal sealed record Enrolment(string Text, HostTrust.Trust Trust, bool IsNewAccount)
{
    /// <summary>The host's token, when the text holds it; null when the host fetches it.</summary>
    public IssuedToken? Token { get; private init; }

    /// <summary>The text holds secrets.</summary>
    public override string ToString() => $"{nameof(Enrolment)} ({(Token is null ? "command" : "kubeconfig")})";

    /// <summary>Gives a host an identity.</summary>
    /// <param name="client">The admin's client.</param>
    /// <param name="request">The host.</param>
    /// <param name="asKubeconfig">Whether the host is given a kubeconfig instead of a command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Foreman.Hosting.ExitException">A namespace does not exist.</exception>
    /// <exception cref="KubernetesException">The server refuses.</exception>
    public static async Task<Enrolment> MakeAsync(KubernetesClient client, EnrollRequest request, bool asKubeconfig, CancellationToken cancellationToken)
    {
        var trust = await HostTrust.FindAsync(client, request, cancellationToken).ConfigureAwait(false);
        if (request.Rotate)
        {
            await JoinIdentity.RemoveAsync(client, request, unusedOnly: false, cancellationToken).ConfigureAwait(false);
            await HostIdentity.ReplaceAccountAsync(client, request, cancellationToken).ConfigureAwait(false);
        }

        var isNew = await HostIdentity.EnsureAccountAsync(client, request, cancellationToken).ConfigureAwait(false);
        await HostIdentity.EnsureRightsAsync(client, request, cancellationToken).ConfigureAwait(false);
        var id = await JoinIdentity.CreateAsync(client, request, cancellationToken).ConfigureAwait(false);
        var cluster = HostAddress.Of(trust.Server, request);
        return asKubeconfig
            ? await KubeconfigAsync(client, request, id, cluster, new("", trust, isNew), cancellationToken).ConfigureAwait(false)
            : new(await CommandAsync(client, request, id, cluster, cancellationToken).ConfigureAwait(false), trust, isNew);
    }

    // The ticket goes through a pipe: arguments can be read by every user of the host.
    private static async Task<string> CommandAsync(KubernetesClient client, EnrollRequest request, string id, HostCluster cluster, CancellationToken cancellationToken)
    {
        var token = await HostIdentity.TokenAsync(client, new(V1ServiceAccount.Type, id, request.Namespace), TokenRequests.Join, null, cancellationToken).ConfigureAwait(false);
        var ticket = new JoinTicket
        {
            Node = request.Node,
            Namespace = request.Namespace,
            Id = id,
            Token = token.Value,
            Cluster = cluster,
            TokenSeconds = (long)request.TokenLife.TotalSeconds,
            RenewalSeconds = (long)request.OfflineLimit.TotalSeconds,
        };
        return $"echo {ticket.ToText()} | foreman-agent join {request.Node}\n";
    }

    private static async Task<Enrolment> KubeconfigAsync(
        KubernetesClient client, EnrollRequest request, string id, HostCluster cluster, Enrolment enrolment, CancellationToken cancellationToken)
    {
        var binding = await JoinIdentity.JoinAsync(client, request, id, cancellationToken).ConfigureAwait(false);
        var token = await HostIdentity.IssueAsync(client, request, binding, cancellationToken).ConfigureAwait(false);
        var renewal = request.OfflineLimit > TimeSpan.Zero
            ? await HostIdentity.TokenAsync(client, new(V1ServiceAccount.Type, id, request.Namespace), request.OfflineLimit, null, cancellationToken).ConfigureAwait(false)
            : null;
        return enrolment with { Text = HostKubeconfig.Write(cluster, request.Node, token.Value, renewal?.Value), Token = token };
    }
}
