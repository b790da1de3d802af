using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Agent.Identity;

/// <summary>
/// Turns a ticket into the kubeconfig of a host. What makes it work once is a Secret that can be created once: who creates it is the host,
/// and its UID, which nobody else learns, is what the host's tokens are bound to.
/// </summary>
internal sealed class HostJoin(JoinTicket ticket, string path, TimeProvider time)
{
    // Rights that were given a moment ago are not known to every API server at once.
    private static readonly TimeSpan GrantLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GrantPause = TimeSpan.FromMilliseconds(500);

    private string Again => $"`foreman-operator enroll {ticket.Node}` prints a new command";

    /// <summary>Joins and writes the kubeconfig.</summary>
    /// <returns>The host's token.</returns>
    /// <exception cref="ExitException">The ticket is used, expired or for another cluster, or the file can't be written.</exception>
    public async Task<IssuedToken> RunAsync(CancellationToken cancellationToken)
    {
        // Whatever is wrong with the file is found before the ticket is used.
        RefuseOthers();
        var draft = path + ".joining";
        Write(draft, HostKubeconfig.Write(ticket.Cluster, ticket.Node, ticket.Token, null));
        try
        {
            using var client = new KubernetesClient(
                KubernetesClientConfiguration.BuildConfigFromConfigFile(draft, HostKubeconfig.Context) with { EnvironmentProxy = EnvironmentProxy.OfProcess },
                new KubernetesClientOptions { Time = time, FieldManager = ApiGroup.FieldManager });
            var binding = await BeginAsync(client, cancellationToken);
            return await CompleteAsync(client, binding, cancellationToken);
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.Usage, $"the command holds no cluster that can be used: {e.Problem}. {Again}", e);
        }
        catch (KubernetesUnreachableException e)
        {
            throw new ExitException(ExitCodes.NotReachable, $"{e.Message}. The address is the one that the host was enrolled with; another is given by `foreman-operator enroll {ticket.Node} --server https://HOST:PORT`", e);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private async Task<TokenBinding> BeginAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        try
        {
            var secret = JoinSecret.Of(ticket.Id, ticket.Node, ticket.Namespace);
            var made = await WhenGrantedAsync(() => client.CreateAsync(secret, cancellationToken: cancellationToken), cancellationToken);
            return new TokenBinding(ticket.Id, made.Metadata.Uid ?? "");
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            throw new ExitException(
                ExitCodes.Failed,
                $"the command was used before, and works once. If that was not on this host, somebody else has its identity: end it with `foreman-operator enroll {ticket.Node} --rotate`. Else {Again}", e);
        }
        catch (KubernetesException e) when (e.IsUnauthorized)
        {
            throw new ExitException(ExitCodes.Failed, $"the command is not valid any more: it works for 15 minutes, and until the host is enrolled anew. {Again}", e);
        }
        catch (KubernetesException e)
        {
            throw new ExitException(ExitCodes.Failed, $"the API server does not let {ticket.Node} join: {e.Message}. {Again}", e);
        }
    }

    private async Task<IssuedToken> CompleteAsync(KubernetesClient client, TokenBinding binding, CancellationToken cancellationToken)
    {
        try
        {
            var host = await TokenAsync(client, new(V1ServiceAccount.Type, ticket.Node, Labels.HostsNamespace(ticket.Namespace)), TimeSpan.FromSeconds(ticket.TokenSeconds), binding, cancellationToken);
            var renewal = ticket.RenewalSeconds > 0
                ? await TokenAsync(client, new(V1ServiceAccount.Type, ticket.Id, ticket.Namespace), TimeSpan.FromSeconds(ticket.RenewalSeconds), null, cancellationToken)
                : null;
            Write(path, HostKubeconfig.Write(ticket.Cluster, ticket.Node, host.Value, renewal?.Value));
            return host;
        }
        catch (KubernetesException e)
        {
            throw new ExitException(ExitCodes.Failed, $"{ticket.Node} got no token: {e.Message}. The command is used up; {Again}", e);
        }
        catch (KubernetesUnreachableException e)
        {
            throw new ExitException(ExitCodes.NotReachable, $"{ticket.Node} got no token: {e.Message}. The command is used up; {Again}", e);
        }
        catch (ExitException e)
        {
            throw new ExitException(e.ExitCode, $"{e.Message.TrimEnd('.')}. The command is used up; {Again}", e);
        }
    }

    private async Task<IssuedToken> TokenAsync(KubernetesClient client, ResourceKey account, TimeSpan life, TokenBinding? binding, CancellationToken cancellationToken)
    {
        var answer = await WhenGrantedAsync(
            () => client.Dynamic.CreateSubresourceAsync(account, "token", TokenRequests.Body(life, binding), cancellationToken), cancellationToken);
        return TokenRequests.Read(answer) ?? throw new ExitException(ExitCodes.Failed, $"the API server answered without a token for {account.Namespace}/{account.Name}");
    }

    private async Task<T> WhenGrantedAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (KubernetesException e) when (e.IsForbidden && time.GetElapsedTime(started) < GrantLimit)
            {
                await Task.Delay(GrantPause, time, cancellationToken);
            }
        }
    }

    // Credentials of others, for example an admin's, are not to be lost.
    private void RefuseOthers()
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            var before = KubernetesClientConfiguration.BuildConfigFromConfigFile(path, HostKubeconfig.Context);
            var token = HostToken.Read(before.AccessToken);
            if (token?.Namespace != Labels.HostsNamespace(ticket.Namespace))
            {
                throw Refusal("its token is not one of a host", null);
            }

            if (token.Account != ticket.Node)
            {
                throw Refusal($"it is that of {token.Account}", null);
            }
        }
        catch (KubeConfigException e)
        {
            throw Refusal(e.Problem, e);
        }
    }

    private ExitException Refusal(string problem, Exception? cause) => new(
        ExitCodes.Failed, $"{path} is there already and is not the kubeconfig of {ticket.Node} ({problem}): name another file with --kubeconfig, or move it away", cause);

    private static void Write(string file, string text)
    {
        try
        {
            PrivateText.Write(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostLimits.Explain(e) ?? new ExitException(ExitCodes.Failed, $"{file} can't be written: {e.Message.TrimEnd('.')}. Name a file in a folder that the agent may write to with --kubeconfig", e);
        }
    }
}
