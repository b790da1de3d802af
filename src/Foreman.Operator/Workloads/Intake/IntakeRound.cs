using System.Net;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Workloads;

namespace Foreman.Operator.Workloads.Intake;

/// <summary>
/// One look at a Workload with spec.source: asks the API server and the forge, has <see cref="IntakeEngine"/> decide and carries that
/// out. What it decides on is read anew each time, so it counts nothing twice, whoever led before.
/// </summary>
/// <param name="client">Reads, and writes under the lead.</param>
/// <param name="events">Tells events.</param>
/// <param name="forge">The forge.</param>
/// <param name="time">The clock.</param>
internal sealed class IntakeRound(IKubernetes client, EventRecorder events, IntakeForge forge, TimeProvider time)
{
    /// <summary>Most branches that one round asks for.</summary>
    internal const int MostBranches = 20;

    private const int MostPasses = 5;

    private static readonly WriteOptions Creating = new() { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions Changing = new() { FieldValidation = FieldValidation.Strict, FieldManager = ApiGroup.FieldManager };

    private static readonly PatchOptions StatusPatch = new() { Subresource = "status", FieldValidation = FieldValidation.Warn, FieldManager = ApiGroup.FieldManager };

    /// <summary>Looks once, and again as long as that changes something.</summary>
    /// <param name="key">The Workload.</param>
    /// <param name="memory">What is known of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when nothing is left to do for it until it changes.</returns>
    public async Task<bool> RunAsync(ObjectKey key, IntakeMemory memory, CancellationToken cancellationToken)
    {
        var known = new Known();
        for (var pass = 0; pass < MostPasses; pass++)
        {
            if (await client.TryReadAsync<Workload>(key.Name, key.Namespace, cancellationToken) is not { } workload || workload.IsDeleting() || !IntakeEngine.IsFor(workload))
            {
                return false;
            }

            var snapshot = await ReadAsync(workload, memory, known, cancellationToken);
            var decision = IntakeEngine.Decide(snapshot, time.GetUtcNow());
            if (!await CarryOutAsync(workload, decision, memory, cancellationToken))
            {
                return !IntakeEngine.HasEnded(workload);
            }
        }

        return true;
    }

    private async Task<IntakeSnapshot> ReadAsync(Workload workload, IntakeMemory memory, Known known, CancellationToken cancellationToken)
    {
        // A selector with a value that can be no label is refused.
        var listed = IntakeEngine.CanBeLabel(workload)
            ? (await client.ListAsync<Workload>(workload.Namespace(), new ListOptions { LabelSelector = Selectors.Equal(Labels.Intake, workload.Name()) }, cancellationToken)).Items
            : [];
        if (known.Listing is null && known.Unreadable is null && IntakeEngine.NeedsListing(workload))
        {
            (known.Listing, known.Unreadable) = await forge.ListAsync(workload.Spec, time.GetUtcNow(), cancellationToken);
            if (known.Listing is { } listing)
            {
                memory.Note(listing);
            }
        }

        foreach (var branch in memory.Branches.Keys)
        {
            known.Branches[branch] = true;
        }

        var snapshot = new IntakeSnapshot(workload)
        {
            Children = [.. listed.Where(c => c.IsOwnedBy(workload))],
            Listing = known.Listing,
            Previous = memory.Previous,
            Unreadable = known.Unreadable,
            Unwritable = memory.Unwritable,
            Held = memory.Held,
            PullRequests = known.PullRequests,
            Branches = known.Branches,
            Obstacles = memory.Obstacles,
        };
        while (known.Unreadable is null && IntakeEngine.Ask(snapshot) is { AreNone: false } questions && await AskAsync(workload.Spec, questions, memory, known, cancellationToken))
        {
            snapshot = snapshot with { PullRequests = known.PullRequests, Branches = known.Branches, Unreadable = known.Unreadable };
        }

        return snapshot with { Unreadable = known.Unreadable };
    }

    // False when nothing new was learnt.
    private async Task<bool> AskAsync(WorkloadSpec spec, IntakeQuestions questions, IntakeMemory memory, Known known, CancellationToken cancellationToken)
    {
        if (questions.PullRequests)
        {
            (known.PullRequests, known.Unreadable) = await forge.ListPullRequestsAsync(spec, cancellationToken);
            return known.PullRequests is not null;
        }

        var learnt = false;
        foreach (var branch in questions.Branches.Take(MostBranches - known.Asked))
        {
            known.Asked++;
            (var exists, known.Unreadable) = await forge.FindBranchAsync(spec, branch, cancellationToken);
            if (exists is not { } told)
            {
                return false;
            }

            (known.Branches[branch], learnt) = (told, true);
            if (told)
            {
                memory.NoteBranch(branch);
            }
        }

        return learnt;
    }

    // True when something was written that the next pass has to look at.
    private async Task<bool> CarryOutAsync(Workload workload, IntakeDecision decision, IntakeMemory memory, CancellationToken cancellationToken)
    {
        var refused = false;
        foreach (var child in decision.Creates)
        {
            refused |= !await CreateAsync(workload, child, memory, cancellationToken);
        }

        foreach (var change in decision.Changes)
        {
            await PatchAsync(IntakeWrites.ToPatch(change), change.Child, cancellationToken);
        }

        var (unwritable, isHeld) = await MarkAsync(decision, memory, cancellationToken);
        var isNew = (unwritable is null) != (memory.Unwritable is null);
        memory.Unwritable = unwritable;

        // A status that says what was not done is not written.
        if (refused || isHeld || isNew)
        {
            return true;
        }

        if (decision.Status is { } status && !await WriteStatusAsync(workload, status, cancellationToken))
        {
            return true;
        }

        foreach (var child in decision.Deletes)
        {
            await DeleteAsync(child, cancellationToken);
        }

        foreach (var told in decision.Events)
        {
            await TellAsync(workload, told, cancellationToken);
        }

        return !decision.Creates.IsEmpty || !decision.Changes.IsEmpty || (!decision.Marks.IsEmpty && unwritable is null) || decision.Status is not null || !decision.Deletes.IsEmpty;
    }

    private async Task<bool> CreateAsync(Workload workload, Workload child, IntakeMemory memory, CancellationToken cancellationToken)
    {
        try
        {
            var made = await client.CreateAsync(child, Creating, cancellationToken);
            await TellAsync(workload, IntakeEngine.Taken(made), cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            if (await client.TryReadAsync<Workload>(child.Name(), child.Namespace(), cancellationToken) is { } there
                && !(there.IsOwnedBy(workload) && there.GetLabel(Labels.Intake) == workload.Name()))
            {
                memory.Refuse(child.Name(), $"a Workload {child.Name()} exists and is not of this source; delete it, or call the source otherwise");
            }

            return false;
        }
        catch (KubernetesException e) when (e.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge)
        {
            memory.Refuse(child.Name(), $"its Workload was refused: {e.Message}");
            return false;
        }
    }

    // One issue that can't be marked keeps no other from it and is left for a while.
    private async Task<(string? OfAll, bool IsHeld)> MarkAsync(IntakeDecision decision, IntakeMemory memory, CancellationToken cancellationToken)
    {
        var isHeld = false;
        foreach (var mark in decision.Marks)
        {
            if (await forge.MarkAsync(mark, cancellationToken) is not { } why)
            {
                await PatchAsync(IntakeWrites.Note(mark, time.GetUtcNow()), mark.Child, cancellationToken);
                continue;
            }

            if (why.IsOfAll)
            {
                return (why.Text, isHeld);
            }

            memory.Hold(mark.Child.Uid(), why.Text);
            isHeld = true;
        }

        return (null, isHeld);
    }

    // One that has changed or gone meanwhile is decided about anew.
    private async Task PatchAsync(V1Patch patch, Workload child, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchMetadataAsync<Workload>(patch, child.Name(), child.Namespace(), Changing, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsTestFailed || e.IsNotFound || e.IsConflict)
        {
        }
    }

    private async Task<bool> WriteStatusAsync(Workload workload, WorkloadStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchMetadataAsync<Workload>(WorkloadStatusPatch.Of(workload, status, isExact: true), workload.Name(), workload.Namespace(), StatusPatch, cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            return false;
        }
    }

    private async Task DeleteAsync(Workload child, CancellationToken cancellationToken)
    {
        try
        {
            var precise = new DeleteOptions { PreconditionUid = child.Uid(), PreconditionResourceVersion = child.ResourceVersion(), PropagationPolicy = PropagationPolicy.Background };
            await client.DeleteAsync<Workload>(child.Name(), child.Namespace(), precise, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
        }
    }

    private Task TellAsync(Workload workload, WorkloadEvent told, CancellationToken cancellationToken) => told.Warning
        ? events.WarningAsync(workload, told.Reason, told.Message, cancellationToken)
        : events.NormalAsync(workload, told.Reason, told.Message, cancellationToken);

    /// <summary>What the forge said in this round.</summary>
    private sealed class Known
    {
        public IntakeListing? Listing { get; set; }

        public string? Unreadable { get; set; }

        public IReadOnlyList<OpenPullRequest>? PullRequests { get; set; }

        public Dictionary<string, bool> Branches { get; } = new(StringComparer.Ordinal);

        public int Asked { get; set; }
    }
}
