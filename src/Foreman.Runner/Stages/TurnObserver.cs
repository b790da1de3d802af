using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Runner.Progress;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>
/// Reports where the loop stands: at the end of each turn, and the same again about once a minute while a turn goes on, so that
/// a long answer and a model that loads are not taken for a run that hangs. Each report tells what the model server makes the run wait for.
/// </summary>
/// <param name="report">Takes a report and returns at once.</param>
/// <param name="attempt">For the log.</param>
/// <param name="time">The clock of the reports.</param>
/// <param name="logger">Told of waits for the model server.</param>
internal sealed class TurnObserver(Action<TaskProgress> report, Attempt attempt, TimeProvider time, ILogger logger) : IRunObserver
{
    /// <summary>Least time between a report and the next one within the same turn.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly long _begunAt = time.GetTimestamp();
    private TaskProgress? _last;
    private TaskWait? _wait;
    private IReadOnlyList<string>? _mcpFaults;
    private long _waitsSince;
    private TimeSpan _waited;
    private long _reportedAt = time.GetTimestamp();

    /// <summary>Where the attempt went on; null when it began at its base.</summary>
    public ResumePoint? ResumedFrom { get; init; }

    /// <summary>Told of model servers that lacked memory; null for nobody.</summary>
    public Action<Uri, string>? LackedMemory { get; init; }

    /// <inheritdoc/>
    public void TurnEnded(RunProgress progress) => Report(new TaskProgress
    {
        Turn = progress.Turn,
        Tool = progress.Tool,
        PromptTokens = progress.PromptTokens,
        CompletionTokens = progress.CompletionTokens,
        Edits = progress.Edits,
        ResumedFrom = ResumedFrom,
    });

    /// <inheritdoc/>
    public void StillRunning()
    {
        if (time.GetElapsedTime(_reportedAt) >= Interval)
        {
            Report(_last ?? First);
        }
    }

    /// <inheritdoc/>
    public void Edited()
    {
        var last = _last ?? First;
        _last = last with { Edits = (last.Edits ?? 0) + 1 };
    }

    /// <inheritdoc/>
    public void Waiting(ModelWait? wait)
    {
        var now = time.GetTimestamp();
        if (_wait is not null)
        {
            _waited += time.GetElapsedTime(_waitsSince, now);
        }

        (_wait, _waitsSince) = (wait is null ? null : WaitReport.Of(wait), now);
        if (wait is null)
        {
            logger.ModelAnswersAgain(attempt);
        }
        else
        {
            logger.WaitsForModel(attempt, wait.Message);
        }
    }

    /// <inheritdoc/>
    public void ShortOfMemory(Uri server, string message) => LackedMemory?.Invoke(server, message);

    /// <inheritdoc/>
    public void McpFaults(IReadOnlyList<string> faults) => _mcpFaults = McpReport.Of(faults);

    // What an earlier attempt changed is known at the end of a turn.
    private TaskProgress First => new() { Edits = ResumedFrom is null ? 0 : null };

    private void Report(TaskProgress progress)
    {
        var now = time.GetTimestamp();
        var waited = _wait is null ? _waited : _waited + time.GetElapsedTime(_waitsSince, now);
        _last = progress with { Waiting = _wait, McpFaults = _mcpFaults, WorkedSeconds = (long)(time.GetElapsedTime(_begunAt, now) - waited).TotalSeconds };
        _reportedAt = now;
        report(_last);
    }
}
