using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Cli;

namespace Foreman.Operator.Dispatch;

/// <summary><c>dispatch --issues</c> and <c>dispatch --intent</c>, start to end: creates a Workload, shows it until it has ended, and says what came of it.</summary>
/// <param name="client">The API.</param>
/// <param name="request">What was asked.</param>
/// <param name="hints">Where, and what to go on with.</param>
/// <param name="console">Where it is shown.</param>
internal sealed class BatchRun(IKubernetes client, DispatchRequest request, WorkloadHints hints, ConsoleStreams console)
{
    /// <returns>0 when the Workload was created, or with --wait ended as Completed or, where it is held, was planned, 4 when it waits for a person; else what <see cref="ExitCodes"/> says.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var stored = await new BatchCreation(client, request, request.Batch!, hints).RunAsync(stop);
        var progress = request.Json ? console.Error : console.Out;
        foreach (var line in Stored(stored, hints))
        {
            await progress.WriteLineAsync(line);
        }

        if (request.Folder is { } folder && stored.IsNew)
        {
            await progress.WriteLineAsync(DispatchLines.Begins(folder));
        }

        await progress.FlushAsync(CancellationToken.None);
        var show = new WorkloadShow(client, hints, console, request.Json) { IsNew = stored.IsNew, UntilPlanned = request.Batch!.Suspend, Lacking = LackingAsync };
        if (request.Wait)
        {
            return await show.FollowAsync(stored.Workload, stop);
        }

        if (request.Json)
        {
            await show.JsonAsync(new WorkloadState(stored.Workload));
        }
        else
        {
            foreach (var line in Next(stored.Workload, hints))
            {
                await console.Out.WriteLineAsync(line);
            }

            await console.Out.FlushAsync(CancellationToken.None);
        }

        return ExitCodes.Done;
    }

    private async Task<IReadOnlyList<string>> LackingAsync(WorkloadState state, CancellationToken stop) =>
        request.Folder is { } folder ? await DispatchClone.LackingAsync(folder, state.Tasks.Values.Where(t => t.IsTerminal()), console.Time, stop) : [];

    /// <summary>What a person goes on with. Pure.</summary>
    internal static IEnumerable<string> Next(Workload workload, WorkloadHints hints)
    {
        var name = workload.Name();
        return new WorkloadState(workload).OpenQuestions.Count > 0
            ? ["It waits for a person's answer. Its questions are shown with:", $"  {hints.Show(name)}"]
            : workload.Spec.Suspend == true
            ? ["Look at the plan, once it is there, with:", $"  {hints.Show(name)}", "Let it go on with:", $"  {hints.Resume(name)}"]
            : ["Watch the work with:", $"  {hints.Watch(name)}"];
    }

    /// <summary>What is said of a Workload as soon as it is stored. Pure.</summary>
    internal static IEnumerable<string> Stored(StoredWorkload stored, WorkloadHints hints)
    {
        var (name, spec) = (stored.Workload.Name(), stored.Workload.Spec);
        if (stored.IsNew)
        {
            yield return $"Workload {name} was created in namespace {hints.Space}.";
            yield return spec.CoderAgentRef is null
                ? $"  a planner proposes its steps{(spec.Suspend == true ? ", and nothing of them is done until it is resumed" : "")}"
                : $"  coder {spec.CoderAgentRef?.Name}, verifier {spec.VerifierAgentRef?.Name ?? "none"}, reviewers {Names(spec.ReviewerAgentRefs)}";
        }
        else
        {
            yield return $"Workload {name} is there already in namespace {hints.Space}: {stored.Workload.Status?.Phase?.Value ?? "new"}.";
            if (stored.Workload.Status?.Phase == WorkloadPhase.Failed)
            {
                yield return "To do it again, give another --name: its branches are named after it.";
            }
        }
    }

    private static string Names(IReadOnlyList<LocalObjectReference>? agents) => agents is { Count: > 0 } ? string.Join(", ", agents.Select(a => a.Name)) : "none";
}
