using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Foreman.Sandbox;

/// <summary>Runs commands in a cage, and leaves no process of theirs behind.</summary>
public sealed class Cage
{
    // Processes that were killed close their ends of the pipes soon; who still holds one then is out of reach.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ICageLauncher _launcher;
    private readonly ControlGroups _groups;
    private readonly TimeProvider _time;

    internal Cage(ICageLauncher launcher, ControlGroups groups, TimeProvider time) => (_launcher, _groups, _time) = (launcher, groups, time);

    /// <summary>How well commands are confined.</summary>
    public CageMode Mode => _launcher.Mode;

    /// <summary>Why it is no better, and what to do; null when it is the best.</summary>
    public string? Reason => _launcher.Reason;

    /// <summary>Runs a command to its end.</summary>
    /// <param name="policy">What it may do.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Ends it, and all that it started, at once.</param>
    /// <exception cref="CageException">It can't be started in its cage.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of it runs any more.</exception>
    public async Task<CageResult> RunAsync(CagePolicy policy, CageCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        await using var caged = Launch(policy, command);
        caged.Input.Close();
        var (output, errors) = (new OutputWindow(command.KeptBytes, command.OutputCopy), new OutputWindow(command.KeptBytes, command.ErrorsCopy));
        using var reading = new CancellationTokenSource();
        var readers = Task.WhenAll(output.ReadAsync(caged.Output, reading.Token), errors.ReadAsync(caged.Errors, reading.Token));
        var ended = await EndAsync(caged, policy, command, cancellationToken).ConfigureAwait(false);
        await caged.KillAsync().ConfigureAwait(false);
        if (await Task.WhenAny(readers, Task.Delay(Grace, _time, CancellationToken.None)).ConfigureAwait(false) != readers)
        {
            await reading.CancelAsync().ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var result = new CageResult
        {
            ExitCode = ended is null ? caged.ExitCode : null,
            Ended = ended ?? caged.Exhausted,
            Output = output.Result(),
            Errors = errors.Result(),
            Duration = _time.GetElapsedTime(started),
        };
        return result.ExitCode == ProcessLimits.NotBounded && ProcessLimits.Fault(result.Errors) is { } fault ? throw new CageException(fault) : result;
    }

    /// <summary>
    /// Starts a command that talks over its standard streams; whoever starts it ends it by disposing of it. A workspace that
    /// exceeds its bounds ends it too.
    /// </summary>
    /// <param name="policy">What it may do.</param>
    /// <param name="command">The command; its time-out is the caller's to keep.</param>
    /// <exception cref="CageException">It can't be started in its cage.</exception>
    public CagedProcess Start(CagePolicy policy, CageCommand command)
    {
        var caged = Launch(policy, command);
        caged.EndWhen(stop => WorkspaceWatch.ExceededAsync(policy.Workspace, policy.Limits, _time, stop));
        return caged;
    }

    private CagedProcess Launch(CagePolicy policy, CageCommand command)
    {
        var filter = _launcher.FilterPath;
        var groups = _groups.Make(policy.Limits);
        IReadOnlyList<string> plan =
        [
            .. ProcessLimits.Outside(policy.Limits, groups.Paths, _groups.BoundsMemory, filter),
            .. _launcher.Plan(policy, CageEnvironment.Add(policy.Environment, command)),
        ];
        var start = new ProcessStartInfo(plan[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = policy.Workspace,
        };
        start.Environment.Clear();

        // Other variables could steer the shell and the launcher, which still run outside.
        foreach (var (name, value) in CageEnvironment.Default)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in plan.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            var process = StartingThread.Run(() =>
            {
                SessionKeyring.MakeEmpty();
                OwnDescriptors.KeepFromCommands();
                return Process.Start(start);
            }) ?? throw new InvalidOperationException("no process was started");
            return new CagedProcess(process, groups, _launcher.EndsWithFirstProcess, _time);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or CageException)
        {
            groups.Remove();
            throw e as CageException ?? new CageException($"`{plan[0]}` can't be started: {e.Message}", e);
        }
    }

    // Null when it ended by itself.
    private async Task<string?> EndAsync(CagedProcess caged, CagePolicy policy, CageCommand command, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(command.Timeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        var exceeded = WorkspaceWatch.ExceededAsync(policy.Workspace, policy.Limits, _time, stop.Token);
        var exit = caged.WaitForExitAsync(stop.Token);
        try
        {
            var first = await Task.WhenAny(exit, exceeded).ConfigureAwait(false);
            return first == exceeded ? await exceeded.ConfigureAwait(false)
                : exit.IsCompletedSuccessfully ? null
                : string.Create(CultureInfo.InvariantCulture, $"it was not done after {command.Timeout.TotalSeconds:0.#} s");
        }
        catch (OperationCanceledException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it was not done after {command.Timeout.TotalSeconds:0.#} s");
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)exceeded).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
