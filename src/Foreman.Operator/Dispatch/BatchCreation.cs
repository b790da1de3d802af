using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Dispatch;

/// <summary>A Workload of a request, in the cluster.</summary>
/// <param name="Workload">As it is stored.</param>
/// <param name="IsNew">True when this call created it.</param>
internal sealed record StoredWorkload(Workload Workload, bool IsNew);

/// <summary>Looks whether a Workload can be created and done, and creates it unless it is there.</summary>
/// <param name="client">The API.</param>
/// <param name="request">What was asked.</param>
/// <param name="batch">Its part about the Workload.</param>
/// <param name="hints">Where, and what to go on with.</param>
internal sealed class BatchCreation(IKubernetes client, DispatchRequest request, BatchRequest batch, WorkloadHints hints)
{
    private static readonly DispatchAccess Access = DispatchAccess.Workloads;

    private string Name => batch.IsIntent ? IntentWorkload.NameOf(request, batch) : BatchWorkload.NameOf(request, batch);

    /// <summary>Creates it, or finds the one that is there already.</summary>
    /// <exception cref="ExitException">What stands in the way, and what to do.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before anything was created.</exception>
    public async Task<StoredWorkload> RunAsync(CancellationToken cancellationToken)
    {
        await Access.CheckAsync<Workload>(client, hints.Space, cancellationToken);
        if (await client.TryReadAsync<Workload>(Name, hints.Space, cancellationToken) is { } there)
        {
            return Same(there);
        }

        var agents = await DispatchAccess.TryListAsync<Agent>(client, hints.Space, cancellationToken);
        var nodes = request.Queue ? null : await DispatchAccess.TryListAsync<FleetNode>(client, null, cancellationToken);
        var (wanted, faults) = Wanted(agents);
        if (nodes is not null && DispatchChecks.Hosts(request, nodes) is { } lacking)
        {
            faults = faults.Add(lacking);
        }

        return wanted is null || faults.Length > 0 ? throw new ExitException(ExitCodes.Failed, faults) : await CreateAsync(wanted, cancellationToken);
    }

    private (Workload? Workload, ImmutableArray<string> Faults) Wanted(IReadOnlyList<Agent>? agents)
    {
        if (batch.IsIntent)
        {
            return (IntentWorkload.Of(request, batch, hints.Space), [.. IntentWorkload.Faults(batch, agents, hints.Space)]);
        }

        var (chosen, faults) = BatchAgents.Choose(batch, agents, hints.Space);
        return (chosen is null ? null : BatchWorkload.Of(request, batch, chosen, hints.Space), faults);
    }

    private async Task<StoredWorkload> CreateAsync(Workload workload, CancellationToken cancellationToken)
    {
        var name = workload.Name();
        try
        {
            return new(await client.CreateAsync(workload, null, cancellationToken), IsNew: true);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            return Same(await client.ReadAsync<Workload>(name, hints.Space, cancellationToken));
        }
        catch (KubernetesException e)
        {
            throw Access.Refused(e, hints.Space);
        }
        catch (KubernetesUnreachableException e)
        {
            throw new ExitException(ExitCodes.NotReachable, $"{e.Message}; {MayBeThere(name)}", e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new ExitException(ExitCodes.Interrupted, $"interrupted; {MayBeThere(name)}", e);
        }
    }

    private string MayBeThere(string name) => $"Workload {name} may have been created all the same: {hints.Watch(name)}";

    private StoredWorkload Same(Workload there)
    {
        var wanted = batch.IsIntent ? IntentWorkload.Of(request, batch, hints.Space) : BatchWorkload.Of(request, batch, BatchAgents.Of(batch, there), hints.Space);
        return BatchWorkload.Differences(wanted, there) is { Count: > 0 } differences
            ? throw new ExitException(
                ExitCodes.Failed,
                $"Workload {there.Name()} is there already ({there.Status?.Phase?.Value ?? "new"}) and asks for something else in {string.Join(", ", differences)}; give the new one another --name")
            : new StoredWorkload(there, IsNew: false);
    }
}
