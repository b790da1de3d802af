using System.Collections.Frozen;
using System.Collections.Immutable;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Repositories;
using Foreman.Runner.RunLogs;
using Foreman.Runner.Unions;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Which stages a task of each kind goes through, between its claim and its final write.</summary>
public sealed class StageRegistry
{
    private readonly FrozenDictionary<TaskKind, ImmutableArray<IStage>> _byKind;
    private readonly ImmutableArray<IStage> _otherKinds;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Whether a promised model server may be called; null allows all.</summary>
    private Func<Uri, bool>? MayCallModel { get; init; }

    /// <param name="byKind">The stages of each supported kind, at least one, in order; the last one always ends the run.</param>
    /// <param name="otherKinds">The stages of every other kind; empty when no other kind is supported.</param>
    /// <param name="time">The clock of usage.</param>
    /// <param name="logger">Told what each stage will do outside of this process.</param>
    internal StageRegistry(
        IReadOnlyDictionary<TaskKind, ImmutableArray<IStage>> byKind, ImmutableArray<IStage> otherKinds, TimeProvider time, ILogger logger)
    {
        (_byKind, _otherKinds, _time, _logger) = (byKind.ToFrozenDictionary(), otherKinds, time, logger);
    }

    /// <summary>The kinds that this release can run: each one's stages talk to the promised model.</summary>
    /// <param name="kubernetes">The API that Agents and Secrets are read from and transcripts are written to.</param>
    /// <param name="options">Who runs tasks, where, and within which bounds.</param>
    /// <param name="time">The clock of every deadline.</param>
    /// <param name="logger">It gets no prompts, answers or secrets.</param>
    public static StageRegistry Native(IKubernetes kubernetes, RunnerOptions options, TimeProvider time, ILogger logger)
    {
        var jitter = new Jitter(options.Seed);
        var inputs = new TaskInputs(kubernetes, options, time, jitter, logger);
        var repositories = options.Repositories is { } working ? new RepositoryHost(working, time, logger) : null;
        var conversation = new LoopStage(kubernetes, options, time, jitter, logger);
        var claim = new ClaimCheck(kubernetes, time, jitter);
        var loop = ImmutableArray.Create<IStage>(
            new PrepareStage(inputs, options),
            new ResumeStage(new RunLogReader(kubernetes, time, jitter), options),
            new CheckoutStage(repositories, options, CheckoutStage.Working),
            new IssueStage(options.Forges, options, time, logger),
            new OrientationStage(),
            new InputsStage(inputs, options),
            conversation,
            new PublishStage(repositories, claim),
            new ProposeStage(repositories, options.Forges, claim, time),
            new ReportStage(options, logger));
        var gate = ImmutableArray.Create<IStage>(
            new PrepareStage(inputs, options, asksModel: false),
            new CheckoutStage(repositories, options, CheckoutStage.Looking),
            new GateStage(options, time, logger));
        var review = ImmutableArray.Create<IStage>(
            new PrepareStage(inputs, options, needsPrompt: false),
            new ResumeStage(new RunLogReader(kubernetes, time, jitter), options),
            new CheckoutStage(repositories, options, CheckoutStage.Looking),
            new ReviewOrientationStage(options, time, logger),
            new InputsStage(inputs, options),
            conversation,
            new ReviewStage(),
            new ProposeStage(repositories, options.Forges, claim, time),
            new ReportStage(options, logger));
        var integrate = ImmutableArray.Create<IStage>(
            new PrepareStage(inputs, options, asksModel: false),
            new CheckoutStage(repositories, options, CheckoutStage.Working, SlicePins.Of),
            new IntegrateStage(repositories),
            new UnionGateStage(options),
            new UnionPublishStage(repositories, claim),
            new ProposeStage(repositories, options.Forges, claim, time),
            new UnionReportStage(options, time, logger));
        var reconcile = ImmutableArray.Create<IStage>(
            new PrepareStage(inputs, options, asksModel: false),
            new CheckoutStage(repositories, options, CheckoutStage.Comparing, SlicePins.Of),
            new ReconcileStage(options, time, logger));
        var byKind = new Dictionary<TaskKind, ImmutableArray<IStage>>
        {
            [TaskKind.Freeform] = loop,
            [TaskKind.IssueFix] = loop,
            [TaskKind.Verify] = gate,
            [TaskKind.Review] = review,
            [TaskKind.Integrate] = integrate,
            [TaskKind.Reconcile] = reconcile,
        };
        return new StageRegistry(byKind, [], time, logger)
        {
            MayCallModel = options.MayCallModel,
        };
    }

    /// <summary>Every kind waits and succeeds: for measurements of everything around the stages.</summary>
    /// <param name="sleep">How long a run takes, from zero.</param>
    /// <param name="time">The clock of the wait.</param>
    /// <param name="logger">Told nothing of note.</param>
    public static StageRegistry Stub(TimeSpan sleep, TimeProvider time, ILogger logger) =>
        new(new Dictionary<TaskKind, ImmutableArray<IStage>>(), [new StubStage(sleep, time)], time, logger);

    /// <summary>The kinds with stages of their own.</summary>
    internal IEnumerable<TaskKind> Kinds => _byKind.Keys;

    /// <summary>Why a task can't be run here; null when it can.</summary>
    /// <param name="task">Any task.</param>
    internal string? Unsupported(AgenticTask task) => !StagesOf(task.Spec.Kind).IsEmpty
        ? null
        : $"spec.kind {task.Spec.Kind} can't be run by this release; it runs {string.Join(", ", _byKind.Keys.Select(k => k.Value).Order(StringComparer.Ordinal))}";

    /// <summary>Why an assignment is declined before its claim; null when it can be claimed.</summary>
    /// <param name="assigned">The task with its assignment.</param>
    internal (string Reason, string Message)? Refusal(AgenticTask assigned) =>
        // With an Agent, only that says whether the server is its own: it is read after the claim.
        assigned.AgentName() is null && MayCallModel is { } mayCall && Uri.TryCreate(assigned.Status.Model?.Url, UriKind.Absolute, out var url) && !mayCall(url)
            ? (ModelUrls.NotOurs, ModelUrls.Refusal(url))
            : null;

    /// <summary>Takes an attempt through its stages. It throws nothing but what is a fault of this program.</summary>
    /// <param name="attempt">The attempt, claimed.</param>
    /// <param name="reportProgress">Called with where the run stands, at the end of each turn and about once a minute within one; it returns at once.</param>
    /// <param name="stop">Ends the run at the next safe point.</param>
    internal async Task<WorkReport> RunAsync(Attempt attempt, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (Unsupported(attempt.Task) is { } unsupported)
        {
            return WorkReport.Failed(FailureReason.Unsupported, unsupported);
        }

        var record = new RunRecord(attempt, _time.GetTimestamp());
        var pulse = new StagePulse(reportProgress, _time);
        try
        {
            foreach (var stage in StagesOf(attempt.Task.Spec.Kind))
            {
                if (stage.OutsideEffect(record) is { } effect)
                {
                    _logger.StageBegins(attempt, stage.Name, effect);
                }

                switch (await pulse.RunAsync(stage, record, stop).ConfigureAwait(false))
                {
                    case StageResult.Done done:
                        return done.Report;
                    case StageResult.Next next:
                        record = next.Record;
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return WorkReport.StoppedWith((record.LoopResult?.Usage ?? new Usage()) with { Seconds = (long)Math.Ceiling(_time.GetElapsedTime(record.StartedAt).TotalSeconds) });
        }
        catch (StageException e)
        {
            // What the model has used counts against the budget, however the run ends.
            return WorkReport.Failed(e.Reason, e.Message) with { Usage = record.LoopResult?.Usage ?? new Usage(), ResumedFrom = record.Earlier?.Point, Note = record.Note };
        }
        catch (TranscriptException e)
        {
            return DiskFaults.Report(e) ?? WorkReport.Failed(FailureReason.InfrastructureError, e.Message);
        }

        throw new InvalidOperationException($"the last stage of kind {attempt.Task.Spec.Kind} did not end the run");
    }

    /// <summary>The stages of a kind, in order; empty when it can't be run.</summary>
    internal ImmutableArray<IStage> StagesOf(TaskKind kind) => _byKind.TryGetValue(kind, out var stages) ? stages : _otherKinds;
}
