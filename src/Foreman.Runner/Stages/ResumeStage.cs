using System.Globalization;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Runner.RunLogs;

namespace Foreman.Runner.Stages;

/// <summary>
/// Looks for what the attempts before this one left, the last one first: on this host's disk, else in the cluster. An attempt that
/// came to an end of its own, and reported it, is not gone on with, and neither is one whose transcript is beyond reach; then the run begins at its base.
/// </summary>
internal sealed class ResumeStage(RunLogReader logs, RunnerOptions options) : IStage
{
    /// <inheritdoc/>
    public string Name => "resume";

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        var attempt = record.Attempt;
        for (var number = attempt.Number - 1; number > 0; number--)
        {
            var entry = attempt.Task.Status.Attempts.LastOrDefault(a => a.Attempt == number);
            var found = await FindAsync(attempt, number, entry, stop).ConfigureAwait(false);
            if (found.Run is not null)
            {
                return new StageResult.Next(record with { Earlier = found.Run });
            }

            if (found.HasEnded)
            {
                break;
            }

            if (entry?.Usage?.Turns > 0)
            {
                return new StageResult.Next(record with { Note = Note(entry, found.Why) });
            }
        }

        return new StageResult.Next(record);
    }

    private static string Note(TaskAttempt entry, string? why) => string.Create(
        CultureInfo.InvariantCulture,
        $"began anew, without the {entry.Usage!.Turns} turns of attempt {entry.Attempt} on {entry.Node}: {why ?? "its transcript can't be gone on from"}");

    private async Task<Finding> FindAsync(Attempt attempt, long number, TaskAttempt? entry, CancellationToken stop)
    {
        var path = LoopStage.TranscriptOf(options, new AttemptKey(attempt.Uid, number));
        string? why = null;
        if (File.Exists(path))
        {
            try
            {
                var records = new List<TranscriptRecord>();
                await foreach (var record in JsonLinesTranscript.ReadAsync(path, stop).ConfigureAwait(false))
                {
                    records.Add(record);
                }

                var run = EarlierRun.From(attempt.Uid, number, Unreported(records, entry), name => JsonLinesTranscript.ReadContent(path, name), out var hasEnded);
                if (run is not null || hasEnded)
                {
                    return new(run, hasEnded, null);
                }
            }
            catch (TranscriptException e)
            {
                why = e.Message;
            }
        }

        if (entry is not { Holder: { } holder, StartedAt: not null })
        {
            return new(null, false, why);
        }

        var (stored, reason) = await logs.ReadAsync(attempt.Task, number, holder, stop).ConfigureAwait(false);
        return stored is null
            ? new(null, false, why ?? reason)
            : new(EarlierRun.From(attempt.Uid, number, Unreported(stored.Records, entry), stored.Content, out var ended), ended, why);
    }

    // An agent may be killed between the end of a run and its report: whoever goes on then comes to the same end from the records.
    private static IEnumerable<TranscriptRecord> Unreported(IEnumerable<TranscriptRecord> records, TaskAttempt? entry) =>
        entry?.Outcome is { } outcome && (outcome == AttemptOutcome.GivenBack || outcome == AttemptOutcome.Lost)
            ? records.Where(r => r is not RunEnded)
            : records;

    private sealed record Finding(EarlierRun? Run, bool HasEnded, string? Why);
}
