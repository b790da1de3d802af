using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Tools.Workspaces;
using Microsoft.Extensions.Logging;

namespace Foreman.Tools;

/// <summary>
/// Runs the calls of one run, one at a time, each within its deadline and output bound. Whatever goes wrong inside a tool
/// is an error for the model, never an exception; a fault of the tool itself is logged too. It owns the workspace.
/// </summary>
/// <param name="catalog">The tools that may be called.</param>
/// <param name="workspace">The files of the run.</param>
/// <param name="time">The clock of all deadlines.</param>
/// <param name="logger">Told of faults of tools, without the arguments of the call.</param>
public sealed class ToolDispatcher(ToolCatalog catalog, Workspace workspace, TimeProvider time, ILogger logger) : IDisposable
{
    // A tool that heeds its cancelled token gets this long to clean up behind itself before the run goes on without it.
    internal static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(2);

    private readonly ToolContext _context = new(workspace);
    private Task _abandoned = Task.CompletedTask;

    /// <summary>True when a call must leave an intent record before it runs: its tool exists, is allowed and changes something.</summary>
    /// <param name="call">As it stands in the history.</param>
    public bool NeedsIntent(ToolCall call) => catalog.Allows(call.Name) && !ToolCatalog.IsReadOnly(call.Name);

    /// <summary>
    /// Runs a call and returns within its tool's deadline, also when the tool ignores cancellation. The cancellation of the
    /// run stops tools that only read; one that changes something is finished first.
    /// </summary>
    /// <param name="call">Its arguments are a JSON object.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; nothing else is thrown.</exception>
    public async ValueTask<ToolOutcome> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (catalog.Find(call.Name) is not { } tool)
        {
            return ToolOutcome.Error(catalog.Refusal(call.Name));
        }

        var run = ToolCatalog.IsReadOnly(call.Name) ? cancellationToken : CancellationToken.None;
        run.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(tool.Limits.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(run, deadline.Token);
        var stop = either.Token;
        var running = Task.Run(() => RunToolAsync(tool, call, stop), CancellationToken.None);
        try
        {
            var outcome = await running.WaitAsync(tool.Limits.Deadline + CancellationGrace, time, run).ConfigureAwait(false);
            if (outcome is not null)
            {
                return Bounded(outcome, tool.Limits.MaxOutputBytes);
            }

            run.ThrowIfCancellationRequested();
            return TimedOut(tool);
        }
        catch (TimeoutException)
        {
            Abandon(running);
            return TimedOut(tool);
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
    private async Task<ToolOutcome?> RunToolAsync(ITool tool, ToolCall call, CancellationToken stop)
    {
        try
        {
            return await tool.RunAsync(JsonElement.Parse(call.Arguments), _context, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is ToolArgumentException or WorkspaceException)
        {
            return ToolOutcome.Error(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ToolOutcome.Error($"{call.Name} failed in the workspace `{workspace.Directory}`: {e.Message}");
        }
        catch (Exception e)
        {
            // A fault of the tool itself: the model can still go another way.
            logger.ToolFault(e, tool.Definition.Name);
            return ToolOutcome.Error($"{call.Name} failed: {Printable.Line($"{e.GetType().Name}: {e.Message}", 500)}");
        }
    }

    private void Abandon(Task running) => _abandoned = _abandoned.IsCompleted ? running : Task.WhenAll(_abandoned, running);

    private static ToolOutcome TimedOut(ITool tool)
    {
        var effect = ToolCatalog.IsReadOnly(tool.Definition.Name) ? "ask for less at once" : "it may have been done in part or be done later, so look before you repeat it";
        return ToolOutcome.Error($"{tool.Definition.Name} timed out after {tool.Limits.Deadline.TotalSeconds:0.#} s; {effect}");
    }

    private static ToolOutcome Bounded(ToolOutcome outcome, int maxBytes)
    {
        var bytes = Encoding.UTF8.GetByteCount(outcome.Text);
        if (bytes <= maxBytes)
        {
            return outcome;
        }

        var note = $"\n[cut: the output had {bytes} bytes, at most {maxBytes} are returned; ask for less at once]";
        return outcome with { Text = Printable.CutToBytes(outcome.Text, maxBytes - note.Length) + note };
    }
}
