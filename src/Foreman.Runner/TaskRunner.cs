using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Completions;
using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Foreman.Runner.Stages;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner;

/// <summary>
/// Takes assigned tasks from the claim to the result: claim, stages, progress, final write. The same in an agent (placement
/// Node) and in the operator (placement Operator). Every write is fenced by attempt and holder; final writes go through
/// an outbox on disk. Whatever fails after the claim, the task ends or is given back: what can't be written within the run
/// is kept and delivered by <see cref="ReplayOutboxAsync"/>. All methods may be called at the same time for different tasks.
/// </summary>
public sealed class TaskRunner : ITaskRunner
{
    private readonly RunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Outbox _outbox;
    private readonly FencedWriter _writer;
    private readonly Delivery _delivery;
    private readonly Redelivery _redelivery;
    private readonly ClaimedRuns _runs;
    private readonly StageRegistry _stages;
    private readonly InFlight _inFlight = new();

    /// <summary>Makes a runner.</summary>
    /// <param name="kubernetes">The API, with the identity that may write the tasks' status.</param>
    /// <param name="options">Who runs tasks, where, and within which bounds.</param>
    /// <param name="time">The clock of everything here.</param>
    /// <param name="logger">It gets no prompts, answers or secrets.</param>
    /// <param name="stages">What is done between the claim and the final write.</param>
    public TaskRunner(IKubernetes kubernetes, RunnerOptions options, TimeProvider time, ILogger logger, StageRegistry stages)
    {
        var jitter = new Jitter(options.Seed);
        (_options, _time, _logger, _stages) = (options, time, logger, stages);
        _outbox = new Outbox(Path.Combine(options.StateDirectory, "outbox"), logger);
        _writer = new FencedWriter(kubernetes, time, jitter, logger);
        _delivery = new Delivery(kubernetes, _writer, _outbox, time, jitter, logger);
        _redelivery = new Redelivery(_outbox, _delivery, _inFlight, options.Holder, time, logger);
        _runs = new ClaimedRuns(stages, options, _writer, time, logger);
    }

    /// <summary>
    /// Runs a task that was assigned to this host, from the claim to the final write. It returns when nothing is left to
    /// do here but to deliver what is kept, and throws nothing.
    /// </summary>
    /// <param name="assigned">The task as last seen: phase Scheduled, placed where this runner serves.</param>
    /// <param name="signals">What the host tells the run while it is under way.</param>
    /// <param name="hardStop">The process ends now: the run is left where it is, a final write stays in the outbox.</param>
    public async Task<RunOutcome> RunAsync(AgenticTask assigned, RunSignals signals, CancellationToken hardStop)
    {
        var attempt = new Attempt(assigned, _options.Holder);
        if (NotOurs(assigned) is { } why)
        {
            return new(RunOutcomeKind.Ignored, "NotOurs", why);
        }

        if (!_inFlight.Enter(attempt.Key, attempt))
        {
            return new(RunOutcomeKind.Ignored, "AlreadyRunning", $"{attempt} runs here already");
        }

        try
        {
            if (_stages.Refusal(assigned) is { } refusal)
            {
                return await DeclineAsync(assigned, refusal.Reason, refusal.Message, hardStop).ConfigureAwait(false);
            }

            if (_outbox.Reserve(attempt.Key) is { } full)
            {
                return await DeclineAsync(assigned, Reasons.DiskPressure, full, hardStop).ConfigureAwait(false);
            }

            return await ClaimAndRunAsync(attempt, signals, hardStop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.RunnerFault(e, attempt);
            return await GiveUpAsync(attempt, e.Message, hardStop).ConfigureAwait(false);
        }
        finally
        {
            Leave(attempt.Key);
        }
    }

    /// <summary>Refuses an assignment before a claim: the task goes back to the operator, which places it elsewhere.</summary>
    /// <param name="assigned">The task as last seen: phase Scheduled.</param>
    /// <param name="reason">CamelCase, for the attempt's entry.</param>
    /// <param name="message">Why, for people.</param>
    /// <param name="cancellationToken">Gives up; the operator then takes the task back as unclaimed.</param>
    public async Task<RunOutcome> DeclineAsync(AgenticTask assigned, string reason, string message, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(assigned, _options.Holder);
        var now = _time.GetUtcNow();
        var entry = AttemptRecords.Entry(attempt, new CompletionPlan(true, AttemptOutcome.Declined, reason, message), null, now);
        var conditions = AttemptRecords.ReleasedConditions(attempt, Reasons.Declined, $"{_options.NodeName} declined: {message}", now);
        _logger.Declined(attempt, message);
        var write = new FencedWrite(WriteKind.Decline, attempt, TaskWrites.Decline(attempt.Number, entry, conditions));
        var outcome = await _writer.WriteAsync(write, _options.ClaimTimeout, cancellationToken).ConfigureAwait(false);
        return outcome.Kind switch
        {
            WriteOutcomeKind.Stored => new(RunOutcomeKind.Declined, reason, message),
            WriteOutcomeKind.Fenced => new(RunOutcomeKind.Fenced, Reasons.Fenced, outcome.Message),
            _ => new(RunOutcomeKind.NotClaimed, reason, $"{message}; the refusal could not be written either: {outcome.Message}"),
        };
    }

    /// <summary>
    /// Settles an attempt that an earlier process of this host held, or this one without a run of it: its result, when the
    /// outbox has it, else the task is given back. Attempts of other hosts are left alone.
    /// </summary>
    /// <param name="running">The task as last seen: phase Running.</param>
    /// <param name="cancellationToken">Gives up; the next process tries again.</param>
    public async Task<RunOutcome> ReclaimAsync(AgenticTask running, CancellationToken cancellationToken)
    {
        var holder = running.Status.Claim?.Holder;
        if (running.PhaseOrPending() != TaskPhase.Running || holder is null || !Holder.SameHost(holder, _options.Holder))
        {
            return new(RunOutcomeKind.Ignored, "NotOurs", "the task is not held by a process of this host");
        }

        var attempt = new Attempt(running, holder) { ClaimedAt = running.Status.Claim?.AcquiredAt };
        if (!_inFlight.Enter(attempt.Key))
        {
            return new(RunOutcomeKind.Ignored, "AlreadyRunning", $"{attempt} runs here or is being settled already");
        }

        try
        {
            var (reason, message) = holder == _options.Holder
                ? (FailureReason.InfrastructureError.Value, $"the run on {_options.NodeName} broke off")
                : (Reasons.AgentRestarted, $"the agent on {_options.NodeName} was restarted");
            var entry = _outbox.Find(attempt.Key) ?? ClosingEntries.GiveBack(attempt, reason, message, ProgressOf(running), _time.GetUtcNow());
            if (_outbox.Keep(entry) is { } unstored)
            {
                _logger.NotInOutbox(unstored);
            }

            var (delivery, why) = await _delivery.ReplayAsync(entry, _options.Holder, Delivery.WithinRun, cancellationToken).ConfigureAwait(false);
            return OutcomeOf(entry, delivery, why);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(RunOutcomeKind.Kept, Reasons.AgentRestarted, "the process stops; the next one settles the attempt");
        }
        finally
        {
            Leave(attempt.Key);
        }
    }

    /// <summary>Gives back a task whose run broke off: the last resort of whoever follows the run. Nothing is done when this process does not hold it.</summary>
    /// <param name="task">The task as last seen.</param>
    /// <param name="message">What happened, for people.</param>
    /// <param name="cancellationToken">Gives up; what is kept is delivered later.</param>
    public async Task<RunOutcome> ReleaseAsync(AgenticTask task, string message, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(task, _options.Holder);
        if (!_inFlight.Enter(attempt.Key))
        {
            return new(RunOutcomeKind.Ignored, "AlreadyRunning", $"{attempt} is being settled already");
        }

        try
        {
            return await GiveUpAsync(attempt, message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(attempt.Key);
        }
    }

    /// <summary>
    /// Delivers what waits in the outbox until cancelled: at once what earlier processes left, and again and again what a
    /// run of this one could not deliver. Run it as long as tasks are run.
    /// </summary>
    /// <param name="cancellationToken">Ends it; what is not delivered stays.</param>
    public Task ReplayOutboxAsync(CancellationToken cancellationToken) => _redelivery.RunAsync(cancellationToken);

    /// <summary>The attempts that run in this process.</summary>
    internal IReadOnlyCollection<Attempt> Running => _inFlight.Running();

    private string? NotOurs(AgenticTask task) => task switch
    {
        _ when task.PhaseOrPending() != TaskPhase.Scheduled => $"the task is {task.PhaseOrPending()}, not Scheduled",
        _ when task.Status.Placement != _options.Placement => $"the task is placed {task.Status.Placement}, this runner serves {_options.Placement}",
        _ => null,
    };

    private async Task<RunOutcome> ClaimAndRunAsync(Attempt attempt, RunSignals signals, CancellationToken hardStop)
    {
        var now = _time.GetUtcNow();
        var claim = new TaskClaim { Holder = attempt.Holder, AcquiredAt = now };
        var conditions = AttemptRecords.ClaimedConditions(attempt, _options.NodeName, now);
        var patch = TaskWrites.Claim(attempt.Number, claim, first: attempt.Task.Status.StartedAt is null, conditions);
        var outcome = await _writer.WriteAsync(new FencedWrite(WriteKind.Claim, attempt, patch), _options.ClaimTimeout, hardStop).ConfigureAwait(false);
        if (outcome.Kind != WriteOutcomeKind.Stored)
        {
            return outcome.Kind == WriteOutcomeKind.Fenced ? new(RunOutcomeKind.Fenced, Reasons.Fenced, outcome.Message) : NotClaimed(attempt, outcome.Message);
        }

        _logger.Claimed(attempt);
        var claimed = attempt with
        {
            ClaimedAt = now,
            Task = attempt.Task with { Status = attempt.Task.Status with { Conditions = conditions } },
        };
        var end = await _runs.RunAsync(claimed, signals, hardStop).ConfigureAwait(false);
        return end.Outcome ?? await DeliverAsync(end.Entry!, hardStop).ConfigureAwait(false);
    }

    // The claim may have arrived although no answer did: whatever the API server stored of it is taken back.
    private RunOutcome NotClaimed(Attempt attempt, string why)
    {
        _outbox.Keep(ClosingEntries.GiveBack(attempt, Reasons.Unclaimed, $"the claim was not acknowledged: {why}", null, _time.GetUtcNow()));
        return new(RunOutcomeKind.NotClaimed, "NotClaimed", $"{attempt} could not be claimed: {why}");
    }

    private async Task<RunOutcome> GiveUpAsync(Attempt attempt, string why, CancellationToken hardStop)
    {
        // A result that was kept before the fault outweighs it.
        var entry = _outbox.Find(attempt.Key)
            ?? ClosingEntries.GiveBack(attempt, FailureReason.InfrastructureError.Value, $"a fault of the agent on {_options.NodeName}: {_options.Redaction.Text(why)}", null, Now());
        try
        {
            return await DeliverAsync(entry, hardStop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.RunnerFault(e, attempt);
            _outbox.Keep(entry);
            return new(RunOutcomeKind.Kept, FailureReason.InfrastructureError.Value, e.Message);
        }
    }

    private async Task<RunOutcome> DeliverAsync(OutboxEntry entry, CancellationToken hardStop)
    {
        var (delivery, message) = await _delivery.DeliverAsync(entry, hardStop).ConfigureAwait(false);
        return OutcomeOf(entry, delivery, message);
    }

    private void Leave(AttemptKey key)
    {
        _outbox.Release(key);
        _inFlight.Leave(key);
        _redelivery.Wake();
    }

    // The last resort must not fail by the clock that may have failed the run.
    private DateTimeOffset Now()
    {
        try
        {
            return _time.GetUtcNow();
        }
        catch (Exception)
        {
            return TimeProvider.System.GetUtcNow();
        }
    }

    private Usage ProgressOf(AgenticTask task) => new()
    {
        PromptTokens = task.Status.Progress?.PromptTokens ?? 0,
        CompletionTokens = task.Status.Progress?.CompletionTokens ?? 0,
        Turns = (task.Status.Progress?.Turn ?? 0) - (task.Status.Progress?.ResumedFrom?.Turn ?? 0),
        Seconds = task.Status.Claim?.AcquiredAt is { } at && _time.GetUtcNow() > at ? (long)Math.Ceiling((_time.GetUtcNow() - at).TotalSeconds) : 0,
    };

    private RunOutcome OutcomeOf(OutboxEntry entry, DeliveryOutcome delivery, string message)
    {
        var reason = entry.Completion?.FailureReason?.Value ?? entry.GivenBack?.Reason ?? Reasons.Succeeded;
        var outcome = delivery switch
        {
            DeliveryOutcome.Acknowledged when entry.Completion is { } completion => new RunOutcome(RunOutcomeKind.Ended, reason, $"{completion.Phase}, verdict {completion.Verdict}"),
            DeliveryOutcome.Acknowledged => new RunOutcome(RunOutcomeKind.GivenBack, reason, entry.Conditions.Find(ConditionTypes.Running)?.Message ?? reason),
            DeliveryOutcome.Fenced => new RunOutcome(RunOutcomeKind.Fenced, Reasons.Fenced, message),
            DeliveryOutcome.Kept => new RunOutcome(RunOutcomeKind.Kept, reason, message),
            _ => new RunOutcome(RunOutcomeKind.Kept, reason, $"the result is in memory only, because the disk did not take it: {message}"),
        };
        _logger.FinalWriteSettled(entry, outcome.Kind, outcome.Reason, outcome.Message);
        return outcome;
    }
}
