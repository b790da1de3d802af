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
/// <param name="client">The API.</param>
/// <param name="hints">What was asked, and where.</param>
/// <param name="report">Told each task as soon as it is stored, those first that the request names first.</param>
internal sealed class DispatchCreation(IKubernetes client, DispatchHints hints, Func<StoredTask, Task> report)
{
    private DispatchRequest Request => hints.Request;

    private string Space => hints.Space;

    /// <summary>Creates and reports the tasks.</summary>
    /// <exception cref="ExitException">What stands in the way, and what to do; tasks that were stored before it are named.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before any task was created.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await DispatchAccess.Tasks.CheckAsync<AgenticTask>(client, Space, cancellationToken);
        if (Request.OnlyLooks)
        {
            await report(new StoredTask(
                await FindAsync(Request.Name!, cancellationToken)
                    ?? throw new ExitException(ExitCodes.Failed, $"task {Request.Name} does not exist in namespace {Space}; name another namespace with -n, or say what is to be done"),
                IsNew: false));
            return;
        }

        var wanted = DispatchTasks.Of(Request, Space);
        var found = new List<StoredTask?>();
        foreach (var task in wanted)
        {
            found.Add(await FindAsync(task.Name(), cancellationToken) is { } there ? Same(task, there) : null);
        }

        if (found.Contains(null))
        {
            await CheckWorkAsync(cancellationToken);
        }

        await StoreAsync(wanted, found, cancellationToken);
    }

    /// <summary>What is said when nobody knows whether a task was created. Pure.</summary>
    internal static ExitException Unreached(KubernetesUnreachableException e, string task, DispatchHints hints) =>
        new(ExitCodes.NotReachable, $"{e.Message}; task {task} may have been created all the same: {hints.Follow(task)}", e);

    private async Task StoreAsync(IReadOnlyList<AgenticTask> wanted, List<StoredTask?> found, CancellationToken cancellationToken)
    {
        var stored = new List<StoredTask>();
        foreach (var (index, task) in wanted.Index())
        {
            try
            {
                stored.Add(found[index] ?? await CreateAsync(task, cancellationToken));
            }
            catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
            {
                throw new ExitException(
                    ExitCodes.Interrupted, [$"interrupted; task {task.Name()} may have been created all the same: {hints.Follow(task.Name())}", .. Named(stored)], e);
            }
            catch (ExitException e) when (stored.Count > 0)
            {
                throw new ExitException(e.ExitCode, [.. e.Messages, .. Named(stored)], e);
            }

            await report(stored[^1]);
        }
    }

    private IEnumerable<string> Named(List<StoredTask> stored) =>
        stored.Select(t => $"task {t.Task.Name()} is in namespace {Space} already: {hints.Follow(t.Task.Name())}");

    private Task<AgenticTask?> FindAsync(string name, CancellationToken cancellationToken) => client.TryReadAsync<AgenticTask>(name, Space, cancellationToken);

    private async Task CheckWorkAsync(CancellationToken cancellationToken)
    {
        var agents = Request.Agent is null ? null : await DispatchAccess.TryListAsync<Agent>(client, Space, cancellationToken);
        var nodes = Request.Queue ? null : await DispatchAccess.TryListAsync<FleetNode>(client, null, cancellationToken);
        string?[] faults = [agents is null ? null : DispatchChecks.Agent(Request, agents, Space), nodes is null ? null : DispatchChecks.Hosts(Request, nodes)];
        if (faults.OfType<string>().ToArray() is { Length: > 0 } messages)
        {
            throw new ExitException(ExitCodes.Failed, messages);
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
            return Same(task, await client.ReadAsync<AgenticTask>(task.Name(), Space, cancellationToken));
        }
        catch (KubernetesException e)
        {
            throw DispatchAccess.Tasks.Refused(e, Space);
        }
        catch (KubernetesUnreachableException e)
        {
            throw Unreached(e, task.Name(), hints);
        }
    }

    private static StoredTask Same(AgenticTask wanted, AgenticTask there) => TaskComparison.Differences(wanted, there) is { Count: > 0 } differences
        ? throw new ExitException(
            ExitCodes.Failed,
            $"task {wanted.Name()} is there already ({TryFormat.Task(there)}) and asks for something else in {string.Join(", ", differences)}; give the new one another --name")
        : new StoredTask(there, IsNew: false);
}
