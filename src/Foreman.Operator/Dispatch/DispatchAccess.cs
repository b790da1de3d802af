using System.Net;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;

namespace Foreman.Operator.Dispatch;

/// <summary>What is said when a cluster does not serve a kind, or refuses an object of it.</summary>
/// <param name="Word">The object as a sentence names it, such as <c>task</c>.</param>
/// <param name="Rights">Verbs and resource that a person needs, such as <c>get and list of agentictasks</c>.</param>
internal sealed record DispatchAccess(string Word, string Rights)
{
    /// <summary>Tasks that <c>dispatch</c> creates and follows.</summary>
    public static DispatchAccess Tasks { get; } = new("task", $"get, list, watch and create of agentictasks.{ApiGroup.Name}");

    /// <summary>Workloads that <c>dispatch</c> creates and follows.</summary>
    public static DispatchAccess Workloads { get; } = new(
        "Workload", $"get, list, watch and create of workloads.{ApiGroup.Name}, and get, list and watch of agentictasks.{ApiGroup.Name}");

    /// <summary>Workloads that are looked at, held or ended.</summary>
    public static DispatchAccess ExistingWorkloads { get; } = new(
        "Workload", $"get, list and watch of workloads.{ApiGroup.Name} and agentictasks.{ApiGroup.Name}, and patch of workloads.{ApiGroup.Name} to hold or end one");

    /// <summary>Looks whether the cluster serves a kind, and lets this identity see it.</summary>
    /// <param name="client">The API.</param>
    /// <param name="space">Namespace of the objects; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExitException">It does not.</exception>
    public async Task CheckAsync<T>(IKubernetes client, string? space, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        try
        {
            await client.ListAsync<T>(space, new ListOptions { Limit = 1 }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsUnauthorized || e.IsForbidden)
        {
            throw Unreadable(e, client.Configuration.Host, space);
        }
    }

    /// <summary>Why a kind can't be read: it is not served, or this identity may not. Pure.</summary>
    /// <param name="e">404, 401 or 403.</param>
    /// <param name="host">The API server.</param>
    /// <param name="space">Namespace of the objects; null for all.</param>
    public ExitException Unreadable(KubernetesException e, Uri host, string? space) =>
        e.IsNotFound ? new ExitException(
            ExitCodes.Failed,
            $"the cluster at {host} does not serve {ApiGroup.Name}/{ApiGroup.Version}: install Foreman there (helm install foreman charts/foreman), or name another cluster with --kubeconfig and --kube-context",
            e)
        : e.IsUnauthorized ? new ExitException(ExitCodes.Failed, $"the Kubernetes API server at {host} does not accept the credentials of the kubeconfig (401): renew them", e)
        : Forbidden(e, space);

    /// <summary>All objects of a kind; null where this identity may not see them: who may not can create others all the same.</summary>
    /// <param name="client">The API.</param>
    /// <param name="space">A namespace; null for all, or for kinds of the cluster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<T>?> TryListAsync<T>(IKubernetes client, string? space, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        try
        {
            return [.. (await client.ListAsync<T>(space, null, cancellationToken)).Items];
        }
        catch (KubernetesException e) when (e.IsForbidden || e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>A refusal of the server that is no lack of rights is told in its own words: a quota, a webhook or a policy. Pure.</summary>
    public ExitException Forbidden(KubernetesException e, string? space)
    {
        var why = Printable.Line(e.Status.Message ?? e.Message, 1000);
        return new ExitException(
            ExitCodes.Failed,
            LacksRights(e)
                ? $"the identity of the kubeconfig lacks rights{(space is null ? "" : $" in namespace {space}")}: {why}; it needs {Rights}"
                : $"the cluster refuses the {Word}: {why}",
            e);
    }

    /// <summary>True for a refusal for want of rights, false for one of a quota, a webhook or a policy. Pure.</summary>
    public static bool LacksRights(KubernetesException e) =>
        e.IsForbidden && (e.Status.Message ?? e.Message) is var why && why.Contains("User ", StringComparison.Ordinal) && why.Contains(" cannot ", StringComparison.Ordinal);

    /// <summary>Why an object was not created, or not changed. Pure.</summary>
    public ExitException Refused(KubernetesException e, string space) =>
        e.IsForbidden ? Forbidden(e, space)
        : e.IsNotFound ? new ExitException(ExitCodes.Failed, $"namespace {space} does not exist: create it (kubectl create namespace {space}), or name another one with -n", e)
        : e.StatusCode == HttpStatusCode.BadRequest ? new ExitException(ExitCodes.Failed, $"the cluster does not take the {Word}: {e.Message}; its definitions may be older than this program: helm upgrade", e)
        : new ExitException(ExitCodes.Failed, $"the cluster refuses the {Word}: {e.Message}", e);
}
