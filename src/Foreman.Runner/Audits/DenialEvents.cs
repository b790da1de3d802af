using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.Tools.Audit;

namespace Foreman.Runner.Audits;

/// <summary>
/// Records an Event about the task when its model asks for a tool that its Agent may not use: once for each tool of an attempt, and of
/// <see cref="MaxTools"/> tools at most, for names are the model's. Each call goes on to the audit log.
/// </summary>
/// <param name="log">Told of every call.</param>
/// <param name="events">Writes the Events.</param>
/// <param name="attempt">The attempt, for its task and the message.</param>
/// <param name="redaction">Leaves keys out of names.</param>
internal sealed class DenialEvents(IToolAudit log, EventRecorder events, Attempt attempt, Redaction redaction) : IToolAudit, IAsyncDisposable
{
    /// <summary>Tools of one attempt that are told.</summary>
    internal const int MaxTools = 8;

    private const int MaxName = 100;

    // An API server that does not answer must not hold up the end of a run.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private Task _writing = Task.CompletedTask;

    /// <inheritdoc/>
    public void Record(AuditedCall call)
    {
        log.Record(call);
        if (!call.IsDenied)
        {
            return;
        }

        lock (_lock)
        {
            if (_told.Count < MaxTools && _told.Add(call.Tool))
            {
                _writing = Task.WhenAll(_writing, WriteAsync(MessageOf(call)));
            }
        }
    }

    /// <summary>Waits a moment for what is being written.</summary>
    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_lock)
        {
            writing = _writing;
        }

        // The clock of the machine: this bound must hold whatever a write waits for.
        await writing.WaitAsync(Patience, TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _end.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task WriteAsync(string message)
    {
        // A run waits for no Event.
        await Task.Yield();
        await events.WarningAsync(attempt.Task, Reasons.ToolDenied, message, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string MessageOf(AuditedCall call)
    {
        var name = Printable.Line(redaction.Text(Printable.Valid(call.Tool)), MaxName);
        var why = call.Classes.HasFlag(ToolClasses.Irreversible) ? "its effects can't be undone, and nobody can approve it" : "this run may not use it, or there is no such tool";
        return FormattableString.Invariant($"attempt {attempt.Number}: the model asked for the tool `{name}` and was refused: {why}");
    }
}
