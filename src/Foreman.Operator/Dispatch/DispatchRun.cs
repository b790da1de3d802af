using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Live;

namespace Foreman.Operator.Dispatch;

/// <summary><c>dispatch</c>, start to end: creates tasks, shows them until they have ended, and says what came of them.</summary>
internal sealed class DispatchRun
{
    private readonly IKubernetes _client;
    private readonly DispatchHints _hints;
    private readonly ConsoleStreams _console;

    /// <param name="client">The API.</param>
    /// <param name="hints">What was asked, and where.</param>
    /// <param name="console">Where it is shown.</param>
    public DispatchRun(IKubernetes client, DispatchHints hints, ConsoleStreams console) => (_client, _hints, _console) = (client, hints, console);

    private DispatchRequest Request => _hints.Request;

    private TextWriter Progress => Request.Json ? _console.Error : _console.Out;

    /// <returns>0 when the tasks were created, or with --wait ended on target; else what <see cref="ExitCodes"/> says.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var stored = await CreateAsync(stop);
        if (Request.Folder is { } folder && stored.Any(t => t.IsNew))
        {
            await Progress.WriteLineAsync(DispatchLines.Begins(folder));
        }

        if (!Request.Wait)
        {
            return await LeaveAsync(stored);
        }

        try
        {
            return await EndAsync(stored, await FollowAsync(stored, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await InterruptedAsync(stored);
            return ExitCodes.Interrupted;
        }
    }

    private async Task<IReadOnlyList<StoredTask>> CreateAsync(CancellationToken stop)
    {
        var stored = new List<StoredTask>();
        try
        {
            await new DispatchCreation(_client, _hints, task => SayAsync(task, stored)).RunAsync(stop);
            return stored;
        }
        catch (ExitException) when (Request.Json && stored.Count > 0)
        {
            await JsonAsync(stored, stored.Select(t => new DispatchedTask(t.Task)));
            throw;
        }
    }

    // Each is named at once: a later one may fail, or the call be interrupted.
    private async Task SayAsync(StoredTask task, List<StoredTask> stored)
    {
        stored.Add(task);
        foreach (var line in DispatchLines.Stored(task, _hints))
        {
            await Progress.WriteLineAsync(line);
        }

        await Progress.FlushAsync(CancellationToken.None);
    }

    private async Task<DispatchState> FollowAsync(IReadOnlyList<StoredTask> stored, CancellationToken stop)
    {
        var watcher = new DispatchWatcher(_client, stored.Select(t => t.Task), _console.Time);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var follow = watcher.RunAsync(following.Token);
        var last = DispatchState.Empty;
        try
        {
            await View().ShowAsync(async report => last = await watcher.UntilOverAsync(report, stop));
        }
        finally
        {
            await following.CancelAsync();
            await follow;
        }

        return last;
    }

    private ILiveView<DispatchState> View() => _console.Terminal && !Request.Json
        ? new PictureView<DispatchState>(Terminals.Of(_console), DispatchState.Empty, DispatchTable.Render)
        : new LinesView<DispatchState>(Progress, DispatchState.Empty, DispatchLines.Between);

    private async Task<int> LeaveAsync(IReadOnlyList<StoredTask> stored)
    {
        if (Request.Json)
        {
            await JsonAsync(stored, stored.Select(t => new DispatchedTask(t.Task)));
        }
        else
        {
            await Progress.WriteLineAsync("Watch the work with:");
            foreach (var task in stored)
            {
                await Progress.WriteLineAsync($"  {_hints.Follow(task.Task.Name())}");
            }
        }

        await Progress.FlushAsync(CancellationToken.None);
        return ExitCodes.Done;
    }

    private async Task<int> EndAsync(IReadOnlyList<StoredTask> stored, DispatchState state, CancellationToken stop)
    {
        var lines = state.Tasks.SelectMany(t => DispatchEnd.Lines(t, _hints));
        await LineWriter.WriteAsync(Request.Json ? _console with { Out = _console.Error, Colours = false } : _console, lines);
        var lacking = Request.Folder is { } folder
            ? await DispatchClone.LackingAsync(folder, state.Tasks.Where(t => !t.IsGone).Select(t => t.Task), _console.Time, stop)
            : [];
        foreach (var line in lacking)
        {
            await Progress.WriteLineAsync(line);
        }

        await Progress.FlushAsync(CancellationToken.None);
        if (Request.Json)
        {
            await JsonAsync(stored, state.Tasks);
        }

        return lacking.Count == 0 && state.Tasks.All(t => !t.IsGone && t.Task.SucceededOnTarget()) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private async Task JsonAsync(IReadOnlyList<StoredTask> stored, IEnumerable<DispatchedTask> tasks)
    {
        foreach (var (index, task) in tasks.Index())
        {
            await _console.Out.WriteLineAsync(DispatchJson.Line(task, stored[index].IsNew));
        }

        await _console.Out.FlushAsync(CancellationToken.None);
    }

    private async Task InterruptedAsync(IReadOnlyList<StoredTask> stored)
    {
        await _console.Error.WriteLineAsync("foreman-operator: the wait was interrupted; what was begun goes on. Look at it again, or cancel it, with:");
        foreach (var task in stored)
        {
            await _console.Error.WriteLineAsync($"  {_hints.Follow(task.Task.Name())}");
            await _console.Error.WriteLineAsync($"  {_hints.Cancel(task.Task.Name())}");
        }

        await _console.Error.FlushAsync(CancellationToken.None);
    }
}
