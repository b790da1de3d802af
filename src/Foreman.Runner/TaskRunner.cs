using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Completions;
using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Foreman.Runner.Progress;
using Foreman.Runner.Stages;
using Foreman.Runner.Stops;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner;

/// <summary>
/// Takes assigned tasks from the claim to the result: claim, stages, progress, final write. The same in an agent (placement
/// Node) and in the operator (placement Operator). Every write is fenced by attempt and holder; final writes go through
/// an outbox on disk. All methods may be called at the same time for different tasks.
/// </summary>
public sealed class TaskRunner : ITaskRunner
{
    private readonly RunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Outbox _outbox;
    private readonly FencedWriter _writer;
    private readonly Delivery _delivery;
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
        (_options, _time, _logger) = (options, time, logger);
        _outbox = new Outbox(Path.Combine(options.StateDirectory, "outbox"), logger);
        _writer = new FencedWriter(kubernetes, time, jitter, logger);
        _delivery = new Delivery(kubernetes, _writer, _outbox, time, jitter, logger);
        _stages = stages;
    }

    /// <summary>
    /// Runs a task that was assigned to this host, from the claim to the final write. It returns when nothing is left to
    /// do here, and never throws because of the API server, the model or the task.
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

        if (!_inFlight.Enter(attempt.Key))
        {
            return new(RunOutcomeKind.Ignored, "AlreadyRunning", $"{attempt} runs here already");
        }

        try
        {
            if (_outbox.Reserve(attempt.Key) is { } full)
            {
                return await DeclineAsync(assigned, Reasons.DiskPressure, full, hardStop).ConfigureAwait(false);
            }

            return await ClaimAndRunAsync(attempt, signals, hardStop).ConfigureAwait(false);
        }
        finally
        {
            _outbox.Release(attempt.Key);
            _inFlight.Leave(attempt.Key);
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
        var entry = AttemptRecords.Entry(attempt, AttemptOutcome.Declined, reason, null, now);
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
    /// Settles an attempt that an earlier process of this host held: its result, when the outbox has it, else the task is
    /// given back with reason AgentRestarted. Attempts of other hosts and of this process are left alone.
    /// </summary>
    /// <param name="running">The task as last seen: phase Running.</param>
    /// <param name="cancellationToken">Gives up; the next process tries again.</param>
    public async Task<RunOutcome> ReclaimAsync(AgenticTask running, CancellationToken cancellationToken)
    {
        var holder = running.Status.Claim?.Holder;
        if (running.PhaseOrPending() != TaskPhase.Running || holder is null || holder == _options.Holder || !Holder.SameHost(holder, _options.Holder))
        {
            return new(RunOutcomeKind.Ignored, "NotOurs", "the task is not held by an earlier process of this host");
        }

        var attempt = new Attempt(running, holder) { ClaimedAt = running.Status.Claim?.AcquiredAt };
        if (!_inFlight.Enter(attempt.Key))
        {
            return new(RunOutcomeKind.Ignored, "AlreadyRunning", $"{attempt} is being settled already");
        }

        try
        {
            var entry = _outbox.Find(attempt.Key) ?? GiveBack(attempt, Reasons.AgentRestarted, $"the agent on {_options.NodeName} was restarted", ProgressOf(running));
            if (_outbox.Store(entry) is { } unstored)
            {
                _logger.NotInOutbox(unstored);
            }

            return OutcomeOf(entry, await _delivery.ReplayAsync(entry, _options.Holder, cancellationToken).ConfigureAwait(false), "");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(RunOutcomeKind.Kept, Reasons.AgentRestarted, "the process stops; the next one settles the attempt");
        }
        finally
        {
            _inFlight.Leave(attempt.Key);
        }
    }

    /// <summary>Delivers every final write that an earlier process left in the outbox. Call it once, at the start.</summary>
    /// <param name="cancellationToken">Gives up; what is not delivered stays.</param>
    public async Task ReplayOutboxAsync(CancellationToken cancellationToken)
    {
        var names = _inFlight.All().Select(Outbox.NameOf).ToHashSet(StringComparer.Ordinal);
        _outbox.Tidy(names.Contains);
        await Task.WhenAll(_outbox.All().Select(e => ReplayAsync(e, cancellationToken))).ConfigureAwait(false);
    }

    private async Task ReplayAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (!_inFlight.Enter(entry.Key))
        {
            return;
        }

        try
        {
            var outcome = await _delivery.ReplayAsync(entry, _options.Holder, cancellationToken).ConfigureAwait(false);
            _logger.Replayed(entry, outcome);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It stays in the outbox.
        }
        finally
        {
            _inFlight.Leave(entry.Key);
        }
    }

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
            return outcome.Kind == WriteOutcomeKind.Fenced
                ? new(RunOutcomeKind.Fenced, Reasons.Fenced, outcome.Message)
                : new(RunOutcomeKind.NotClaimed, "NotClaimed", $"{attempt} could not be claimed: {outcome.Message}");
        }

        _logger.Claimed(attempt);
        var claimed = attempt with
        {
            ClaimedAt = now,
            Task = attempt.Task with { Status = attempt.Task.Status with { Conditions = conditions } },
        };
        return await RunClaimedAsync(claimed, signals, hardStop).ConfigureAwait(false);
    }

    private async Task<RunOutcome> RunClaimedAsync(Attempt attempt, RunSignals signals, CancellationToken hardStop)
    {
        signals.Begin(attempt.Task);
        using var monitor = new StopMonitor(attempt, signals, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(monitor.Token, hardStop);
        WorkReport report;
        var progress = new ProgressWriter(attempt, _writer, monitor, _time);
        await using (progress.ConfigureAwait(false))
        {
            report = await WorkAsync(attempt, progress, stop.Token).ConfigureAwait(false);
        }

        var plan = monitor.Plan;
        if (plan.Kind == StopKind.Fence)
        {
            _logger.StoppedWithoutWrite(attempt, plan.Message);
            return new(RunOutcomeKind.Fenced, Reasons.Fenced, plan.Message);
        }

        if (report.Stopped && plan.Kind == StopKind.None)
        {
            return new(RunOutcomeKind.Abandoned, Reasons.AgentRestarted, "the process was told to stop at once");
        }

        var entry = Close(attempt, report, plan);
        var (delivery, message) = await _delivery.DeliverAsync(entry, hardStop).ConfigureAwait(false);
        return OutcomeOf(entry, delivery, message);
    }

    private async Task<WorkReport> WorkAsync(Attempt attempt, ProgressWriter progress, CancellationToken stop)
    {
        try
        {
            return await _stages.RunAsync(attempt, progress.Report, stop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A fault of this program. The task must not hang on it: another attempt may get past it, and the log keeps the trace.
            _logger.RunnerFault(e, attempt);
            return WorkReport.Failed(FailureReason.InfrastructureError, $"a fault of the agent on {_options.NodeName}: {e.Message} Its log has the details");
        }
    }

    private OutboxEntry Close(Attempt attempt, WorkReport report, StopPlan stop)
    {
        var plan = AttemptCompletion.Decide(report, stop, attempt.Task.Spec.RetryPolicy, attempt.Task.Status.Attempts.Count);
        return plan.GivesBack
            ? GiveBack(attempt, plan.Reason, plan.Message, report.Usage)
            : EntryOf(attempt) with { Completion = AttemptRecords.Completion(attempt, plan, report, _time.GetUtcNow()) };
    }

    private OutboxEntry GiveBack(Attempt attempt, string reason, string message, Usage usage)
    {
        var now = _time.GetUtcNow();
        return EntryOf(attempt) with
        {
            GivenBack = AttemptRecords.Entry(attempt, AttemptOutcome.GivenBack, reason, usage, now),
            Conditions = AttemptRecords.ReleasedConditions(attempt, Reasons.GivenBack, $"{reason}: {message}", now),
        };
    }

    private static OutboxEntry EntryOf(Attempt attempt) => new()
    {
        Namespace = attempt.Namespace,
        Name = attempt.Name,
        Uid = attempt.Uid,
        Attempt = attempt.Number,
        Holder = attempt.Holder,
    };

    private Usage ProgressOf(AgenticTask task) => new()
    {
        PromptTokens = task.Status.Progress?.PromptTokens ?? 0,
        CompletionTokens = task.Status.Progress?.CompletionTokens ?? 0,
        Turns = task.Status.Progress?.Turn ?? 0,
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
            _ => new RunOutcome(RunOutcomeKind.Abandoned, reason, $"the result is lost: the disk did not take it, and the API server neither: {message}"),
        };
        _logger.FinalWriteSettled(entry, outcome.Kind, outcome.Reason, outcome.Message);
        return outcome;
    }
}
