using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Live;

namespace Foreman.Operator.Workloads.Cli;

/// <summary>Shows a Workload: as it is, or until it has ended or waits for a person only.</summary>
/// <param name="client">The API.</param>
/// <param name="hints">What to go on with.</param>
/// <param name="console">Where it is shown.</param>
/// <param name="json">True for one line of JSON on standard output, and everything else on standard error.</param>
internal sealed class WorkloadShow(IKubernetes client, WorkloadHints hints, ConsoleStreams console, bool json)
{
    /// <summary>Whether this call created it; null where that is not asked.</summary>
    public bool? IsNew { get; init; }

    /// <summary>True ends the wait also when a plan is there that people are to look at first.</summary>
    public bool UntilPlanned { get; init; }

    /// <summary>Says at the end what is missing of the work all the same, a sentence each, which is a failure.</summary>
    public Func<WorkloadState, CancellationToken, Task<IReadOnlyList<string>>> Lacking { get; init; } = (_, _) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Shows it as it is.</summary>
    public async Task OnceAsync(Workload workload, CancellationToken stop)
    {
        var state = new WorkloadState(workload) { Tasks = await WorkloadTasks.ReadAsync(client, workload, stop) };
        if (json)
        {
            await JsonAsync(state);
        }
        else
        {
            await LineWriter.WriteAsync(console, WorkloadReport.Lines(state, hints));
        }
    }

    /// <summary>Shows it until it has ended or waits for a person only, and what came of it.</summary>
    /// <returns>0 when it ended as Completed, or was only to be planned and is, 4 when it waits for a person; else what <see cref="ExitCodes"/> says.</returns>
    public async Task<int> FollowAsync(Workload workload, CancellationToken stop)
    {
        try
        {
            var last = await WatchAsync(workload, stop);

            // The last changes of tasks may come behind that of the Workload.
            var state = last with { Tasks = last.Tasks.SetItems(await WorkloadTasks.ReadAsync(client, last.Workload, stop)) };
            var lacking = await Lacking(state, stop);
            await LineWriter.WriteAsync(
                json ? console with { Out = console.Error, Colours = false } : console,
                [new EndLine(""), .. WorkloadReport.Lines(state, hints), .. lacking.Select(l => new EndLine(l, LineLook.Bad))]);
            if (json)
            {
                await JsonAsync(state);
            }

            return lacking.Count > 0 || state.IsGone ? ExitCodes.Failed
                : IsPlanned(state) || state.Workload.Status?.Phase == WorkloadPhase.Completed ? ExitCodes.Done
                : state.IsParked ? ExitCodes.NeedsDecision
                : ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await InterruptedAsync(workload.Name());
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Writes the line of JSON.</summary>
    public async Task JsonAsync(WorkloadState state)
    {
        await console.Out.WriteLineAsync(WorkloadJson.Line(state, IsNew));
        await console.Out.FlushAsync(CancellationToken.None);
    }

    private bool IsPlanned(WorkloadState state) => UntilPlanned && state.HoldsPlan;

    private async Task<WorkloadState> WatchAsync(Workload workload, CancellationToken stop)
    {
        var watcher = new WorkloadWatcher(client, workload, console.Time);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var follow = watcher.RunAsync(following.Token);
        var last = new WorkloadState(workload);
        try
        {
            await View(workload).ShowAsync(async report => last = await watcher.UntilAsync(s => s.IsOver || s.IsParked || IsPlanned(s), report, stop));
        }
        finally
        {
            await following.CancelAsync();
            await follow;
        }

        return last;
    }

    private ILiveView<WorkloadState> View(Workload workload) => console.Terminal && !json
        ? new PictureView<WorkloadState>(Terminals.Of(console), new WorkloadState(workload), WorkloadPicture.Render)
        : new LinesView<WorkloadState>(json ? console.Error : console.Out, new WorkloadState(workload with { Status = null }), WorkloadLines.Between);

    private async Task InterruptedAsync(string name)
    {
        await console.Error.WriteLineAsync("foreman-operator: the wait was interrupted; what was begun goes on. Look at it again, or cancel it, with:");
        await console.Error.WriteLineAsync($"  {hints.Watch(name)}");
        await console.Error.WriteLineAsync($"  {hints.Cancel(name)}");
        await console.Error.FlushAsync(CancellationToken.None);
    }
}
