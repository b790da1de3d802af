using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Audit;
using Foreman.Tools.Workspaces;
using Microsoft.Extensions.Logging;

namespace Foreman.Tools;

/// <summary>
/// Runs the calls of one run, one at a time, each within its deadline and output bound. Whatever goes wrong inside a tool
/// is an error for the model, never an exception; a fault of the tool itself is logged too. It owns the workspace.
/// </summary>
/// <param name="catalog">The tools that may be called.</param>
/// <param name="workspace">The files of the run.</param>
/// <param name="settings">What the calls may use.</param>
/// <param name="time">The clock of all deadlines.</param>
/// <param name="logger">Told of faults of tools, without the arguments of the call.</param>
public sealed class ToolDispatcher(ToolCatalog catalog, Workspace workspace, ToolSettings settings, TimeProvider time, ILogger logger) : IDisposable
{
    // A tool that heeds its cancelled token gets this long to clean up behind itself before the run goes on without it.
    internal static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(2);

    private readonly ResultFolder? _results;
    private Task _abandoned = Task.CompletedTask;

    /// <summary>Where large results are kept, outside of the workspace; null keeps none.</summary>
    public string? ResultsDirectory
    {
        init => _results = value is null ? null : new ResultFolder(value);
    }

    /// <summary>Keeps a large result, so that tools can read it.</summary>
    /// <param name="callId">Id of the call.</param>
    /// <param name="text">The whole result.</param>
    /// <returns>The path by which <c>read_file</c> and <c>grep</c> take it; null when it is not kept.</returns>
    public string? Keep(string callId, string text) => _results?.Keep(callId, text);

    private ToolContext Context => field ??= new ToolContext(workspace, settings) { Results = _results };

    /// <summary>True when a call must leave an intent record before it runs: its tool exists, is allowed and changes something.</summary>
    /// <param name="call">As it stands in the history.</param>
    public bool NeedsIntent(ToolCall call) => catalog.Allows(call.Name) && !catalog.IsReadOnly(call.Name);

    /// <summary>Records a call that is answered without being run: the tool is not listed or held back, or the call came cut or malformed.</summary>
    /// <param name="call">As it stands in the history.</param>
    public void Refused(ToolCall call)
    {
        var classes = ClassesOf(call);
        var denied = !catalog.Allows(call.Name) || ToolPermissions.Refusal(call.Name, classes) is not null;
        settings.Audit?.Record(AuditedCall.Of(call, classes, refused: true, null, TimeSpan.Zero) with { IsDenied = denied });
    }

    /// <summary>
    /// Runs a call and returns within its deadline, also when the tool ignores cancellation. The cancellation of the run
    /// stops tools that only read at once; one that changes something gets a second to finish, and its
    /// outcome says what came of it.
    /// </summary>
    /// <param name="call">Its arguments are a JSON object.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; nothing else is thrown.</exception>
    public async ValueTask<ToolOutcome> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var tool = catalog.Find(call.Name);
        var classes = ClassesOf(call);
        var refusal = tool is null ? catalog.Refusal(call.Name) : ToolPermissions.Refusal(call.Name, classes);
        ToolOutcome? outcome = null;
        try
        {
            return outcome = refusal is null ? await RunAllowedAsync(tool!, call, cancellationToken).ConfigureAwait(false) : ToolOutcome.Error(refusal);
        }
        finally
        {
            settings.Audit?.Record(AuditedCall.Of(call, classes, refusal is not null, outcome, time.GetElapsedTime(started)) with { IsDenied = refusal is not null });
        }
    }

    private ToolClasses ClassesOf(ToolCall call) => ToolPermissions.ClassesOf(catalog.Find(call.Name)?.Traits ?? KnownTools.TraitsOf(call.Name));

    private async Task<ToolOutcome> RunAllowedAsync(ITool tool, ToolCall call, CancellationToken cancellationToken)
    {
        var run = catalog.IsReadOnly(call.Name) ? cancellationToken : CancellationToken.None;
        run.ThrowIfCancellationRequested();
        var allowed = tool.DeadlineIn(settings);
        using var deadline = new CancellationTokenSource(allowed, time);
        using var finishing = new FinishingTimer(time, run.CanBeCanceled ? CancellationToken.None : cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, finishing.Token);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(run, over.Token);
        var budget = new ToolBudget(time, allowed, either.Token);
        var running = Task.Run(() => RunToolAsync(tool, call, budget), CancellationToken.None);
        try
        {
            var waiting = running.WaitAsync(run);
            if (await Task.WhenAny(waiting, GraceAfterAsync(over.Token)).ConfigureAwait(false) != waiting)
            {
                Abandon(running);
                return Stopped(tool, allowed, cancellationToken);
            }

            if (await waiting.ConfigureAwait(false) is { } outcome)
            {
                return Bounded(call, outcome, tool.Limits.MaxOutputBytes);
            }

            run.ThrowIfCancellationRequested();
            return Stopped(tool, allowed, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Abandon(running);
            throw;
        }
    }

    /// <summary>Closes the workspace, once no abandoned call can use it any more.</summary>
    public void Dispose()
    {
        // A file handle that is closed while a call uses it may by then stand for another file.
        _ = _abandoned.ContinueWith(_ => workspace.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // Null when the call ended because its deadline had passed or the run was stopped.
    private async Task<ToolOutcome?> RunToolAsync(ITool tool, ToolCall call, ToolBudget budget)
    {
        try
        {
            return await tool.RunAsync(JsonElement.Parse(call.Arguments), Context, budget).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (budget.Stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is ToolArgumentException or WorkspaceException)
        {
            return ToolOutcome.Error(e.Message);
        }
        catch (JsonException e)
        {
            return ToolOutcome.Error($"the arguments of {call.Name} can't be read: {Printable.Line(e.Message)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unsure(tool, $"{call.Name} failed in the workspace `{workspace.Directory}`: {e.Message}");
        }
        catch (Exception e)
        {
            // A fault of the tool itself: the model can still go another way.
            logger.ToolFault(e, tool.Definition.Name);
            return Unsure(tool, $"{call.Name} failed: {Printable.Line($"{e.GetType().Name}: {e.Message}", 500)}");
        }
    }

    private async Task GraceAfterAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Register(stopped.SetResult);
        await stopped.Task.ConfigureAwait(false);
        await Task.Delay(CancellationGrace, time, CancellationToken.None).ConfigureAwait(false);
    }

    private void Abandon(Task running) => _abandoned = _abandoned.IsCompleted ? running : Task.WhenAll(_abandoned, running);

    private ToolOutcome Stopped(ITool tool, TimeSpan allowed, CancellationToken run)
    {
        var name = tool.Definition.Name;
        var effect = catalog.IsReadOnly(name) ? "ask for less at once" : "it may have been done in part or be done later, so look before you repeat it";
        var what = run.IsCancellationRequested ? "was stopped with the run" : $"timed out after {allowed.TotalSeconds:0.#} s";
        return Unsure(tool, $"{name} {what}; {effect}");
    }

    // What such a call has changed, or goes on to change, nobody knows.
    private ToolOutcome Unsure(ITool tool, string message) =>
        ToolOutcome.Error(message) with { ChangesAreIncomplete = !catalog.IsReadOnly(tool.Definition.Name) };

    private ToolOutcome Bounded(ToolCall call, ToolOutcome outcome, int maxBytes)
    {
        var bytes = Encoding.UTF8.GetByteCount(outcome.Text);
        if (bytes <= maxBytes)
        {
            return outcome;
        }

        if (Keep(call.Id, outcome.Text) is not { } stored)
        {
            var note = $"\n[cut: the output had {bytes} bytes, at most {maxBytes} are returned; ask for less at once]";
            return outcome with { Text = Printable.CutToBytes(outcome.Text, maxBytes - note.Length) + note, WholeBytes = bytes };
        }

        // The end often says how it went; the beginning gets the larger part.
        var kept = $"\n[cut: the output has {bytes} bytes, at most {maxBytes} are returned; all of it is kept: read_file or grep with path \"{stored}\"]\n";
        var tail = Tail(outcome.Text, (maxBytes - kept.Length) / 4);
        var head = Printable.CutToBytes(outcome.Text, maxBytes - kept.Length - Encoding.UTF8.GetByteCount(tail));
        return outcome with { Text = head + kept + tail, Stored = stored, WholeBytes = bytes };
    }

    // The longest end of a text within so many bytes that splits no character.
    private static string Tail(string text, int maxBytes)
    {
        var (bytes, from) = (0, text.Length);
        while (from > 0)
        {
            _ = Rune.DecodeLastFromUtf16(text.AsSpan(0, from), out var rune, out var length);
            if ((bytes += rune.Utf8SequenceLength) > maxBytes)
            {
                break;
            }

            from -= length;
        }

        return text[from..];
    }
}
