using System.Net;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Dispatch;

/// <summary>A task of a request, in the cluster.</summary>
/// <param name="Task">As it is stored.</param>
/// <param name="IsNew">True when this call created it.</param>
internal sealed record StoredTask(AgenticTask Task, bool IsNew);

/// <summary>Looks whether tasks can be created and run, and creates those that are not there.</summary>
internal sealed class DispatchCreation(IKubernetes client, DispatchRequest request, string space)
{
    /// <summary>The tasks, those first that the request names first.</summary>
    /// <exception cref="ExitException">What stands in the way, and what to do; nothing was created then, unless another task was before it.</exception>
    public async Task<IReadOnlyList<StoredTask>> RunAsync(CancellationToken cancellationToken)
    {
        await CheckDefinitionsAsync(cancellationToken);
        if (request.OnlyLooks)
        {
            return [new StoredTask(await FindAsync(request.Name!, cancellationToken)
                ?? throw new ExitException(ExitCodes.Failed, $"task {request.Name} does not exist in namespace {space}; name another namespace with -n, or say what is to be done"), IsNew: false)];
        }

        var wanted = DispatchTasks.Of(request, space);
        var stored = new List<StoredTask?>();
        foreach (var task in wanted)
        {
            stored.Add(await FindAsync(task.Name(), cancellationToken) is { } there ? Same(task, there) : null);
        }

        if (stored.Contains(null))
        {
            await CheckWorkAsync(cancellationToken);
        }

        foreach (var (index, task) in wanted.Index())
        {
            stored[index] ??= await CreateAsync(task, cancellationToken);
        }

        return [.. stored.OfType<StoredTask>()];
    }

    private Task<AgenticTask?> FindAsync(string name, CancellationToken cancellationToken) => client.TryReadAsync<AgenticTask>(name, space, cancellationToken);

    private async Task CheckDefinitionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.ListAsync<AgenticTask>(space, new ListOptions { Limit = 1 }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new ExitException(
                ExitCodes.Failed,
                $"the cluster at {client.Configuration.Host} does not serve {ApiGroup.Name}/{ApiGroup.Version}: install Foreman there (helm install foreman charts/foreman), or name another cluster with --kubeconfig and --kube-context",
                e);
        }
        catch (KubernetesException e) when (e.IsUnauthorized)
        {
            throw new ExitException(ExitCodes.Failed, $"the Kubernetes API server at {client.Configuration.Host} does not accept the credentials of the kubeconfig (401): renew them", e);
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            throw NoRights(e);
        }
    }

    // Who may not look at hosts or Agents can create tasks all the same.
    private async Task CheckWorkAsync(CancellationToken cancellationToken)
    {
        var agents = request.Agent is null ? null : await ListAsync<Agent>(space, cancellationToken);
        var nodes = request.Queue ? null : await ListAsync<FleetNode>(null, cancellationToken);
        string?[] faults = [agents is null ? null : DispatchChecks.Agent(request, agents, space), nodes is null ? null : DispatchChecks.Hosts(request, nodes)];
        if (faults.OfType<string>().ToArray() is { Length: > 0 } messages)
        {
            throw new ExitException(ExitCodes.Failed, messages);
        }
    }

    private async Task<IReadOnlyList<T>?> ListAsync<T>(string? of, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        try
        {
            return [.. (await client.ListAsync<T>(of, null, cancellationToken)).Items];
        }
        catch (KubernetesException e) when (e.IsForbidden || e.IsNotFound)
        {
            return null;
        }
    }

    private async Task<StoredTask> CreateAsync(AgenticTask task, CancellationToken cancellationToken)
    {
        try
        {
            return new StoredTask(await client.CreateAsync(task, null, cancellationToken), IsNew: true);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return Same(task, await client.ReadAsync<AgenticTask>(task.Name(), space, cancellationToken));
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            throw NoRights(e);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new ExitException(ExitCodes.Failed, $"namespace {space} does not exist: create it (kubectl create namespace {space}), or name another one with -n", e);
        }
        catch (KubernetesException e) when (e.StatusCode == HttpStatusCode.BadRequest)
        {
            throw new ExitException(ExitCodes.Failed, $"the cluster does not take the task: {e.Message}; its definitions may be older than this program: helm upgrade", e);
        }
    }

    private static StoredTask Same(AgenticTask wanted, AgenticTask there) => TaskComparison.Differences(wanted, there) is { Count: > 0 } differences
        ? throw new ExitException(
            ExitCodes.Failed,
            $"task {wanted.Name()} is there already ({TryFormat.Task(there)}) and asks for something else in {string.Join(", ", differences)}; give the new one another --name")
        : new StoredTask(there, IsNew: false);

    private ExitException NoRights(KubernetesException e) => new(
        ExitCodes.Failed,
        $"the identity of the kubeconfig lacks rights in namespace {space}: {e.Status.Message}; it needs get, list, watch and create of agentictasks.{ApiGroup.Name}",
        e);
}
