using System.Collections.Immutable;
using Foreman.AgentLoop;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Stages;

public sealed class StageRegistryTests
{
    private static readonly WorkReport Good = new(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done" }, TaskPhase.Succeeded, new Usage());
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Every_supported_kind_has_stages_and_no_other()
    {
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("http://127.0.0.1:1") });
        var options = new RunnerOptions { Holder = "a/1", NodeName = "a", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = "/nowhere", StateDirectory = "/nowhere" };

        var registry = StageRegistry.Native(client, options, _time, NullLogger.Instance);

        Assert.Equal(TaskKind.Supported.Select(k => k.Value).Order(), registry.Kinds.Select(k => k.Value).Order());
    }

    [Fact]
    public async Task Each_stage_gets_the_record_of_the_one_before_until_one_ends_the_run()
    {
        var seen = new List<string?>();
        StageResult Note(RunRecord record, StageResult result)
        {
            seen.Add(record.Workspace);
            return result;
        }

        var report = await RunAsync(
            new TestStage((record, _) => Note(record, new StageResult.Next(record with { Workspace = "a" }))),
            new TestStage((record, _) => Note(record, new StageResult.Next(record with { Workspace = record.Workspace + "b" }))),
            new TestStage((record, _) => Note(record, new StageResult.Done(Good))),
            new TestStage((_, _) => throw new InvalidOperationException("after the end")));

        Assert.Same(Good, report);
        Assert.Equal([null, "a", "ab"], seen);
    }

    [Fact]
    public async Task A_stage_that_cannot_go_on_fails_the_run_with_its_reason()
    {
        var report = await RunAsync(new TestStage((_, _) => throw new StageException(FailureReason.AgentNotFound, "no Agent")));

        Assert.Equal((TaskPhase.Failed, FailureReason.AgentNotFound, "no Agent"), (report.Phase, report.Envelope.FailureReason, report.Envelope.Summary));
    }

    [Fact]
    public async Task What_the_model_has_used_counts_also_when_a_later_stage_fails_or_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var used = new AgentRunResult { Envelope = new ResultEnvelope(), Phase = TaskPhase.Succeeded, Usage = new Usage { PromptTokens = 7, Turns = 3 } };
        var loop = new TestStage((record, _) => new StageResult.Next(record with { LoopResult = used, Note = "noted" }));

        var failed = await RunAsync(loop, new TestStage((_, _) => throw new StageException(FailureReason.InfrastructureError, "no push")));
        var stopped = await RegistryOf(loop, new TestStage((_, token) =>
        {
            stop.Cancel();
            token.ThrowIfCancellationRequested();
            return new StageResult.Done(Good);
        })).RunAsync(Tasks.Held(), _ => { }, stop.Token);

        Assert.Equal((used.Usage, "noted"), (failed.Usage, failed.Note));
        Assert.Equal((true, 7L, 3), (stopped.Stopped, stopped.Usage.PromptTokens, stopped.Usage.Turns));
    }

    [Fact]
    public async Task A_transcript_that_cannot_be_stored_is_a_fault_of_the_infrastructure()
    {
        var report = await RunAsync(new TestStage((_, _) => throw new TranscriptException("disk full")));

        Assert.Equal((FailureReason.InfrastructureError, "disk full"), (report.Envelope.FailureReason, report.Envelope.Summary));
    }

    [Fact]
    public async Task A_stopped_stage_stops_the_run_and_counts_its_time()
    {
        using var stop = new CancellationTokenSource();
        var report = await RegistryOf(new TestStage((_, token) =>
        {
            _time.Advance(TimeSpan.FromSeconds(2.5));
            stop.Cancel();
            token.ThrowIfCancellationRequested();
            return new StageResult.Done(Good);
        })).RunAsync(Tasks.Held(), _ => { }, stop.Token);

        Assert.Equal((true, 3), (report.Stopped, report.Usage.Seconds));
    }

    [Fact]
    public async Task Stages_that_do_not_end_the_run_are_a_fault_of_this_program() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(new TestStage((record, _) => new StageResult.Next(record))));

    [Fact]
    public async Task A_kind_without_stages_is_unsupported_by_name()
    {
        var task = Tasks.With(TaskPhase.Running, 1, Tasks.Me);
        var review = task with { Spec = task.Spec with { Kind = TaskKind.Review } };

        var report = await RegistryOf(new TestStage((_, _) => new StageResult.Done(Good))).RunAsync(new Attempt(review, Tasks.Me), _ => { }, CancellationToken.None);

        Assert.Equal(
            (TaskPhase.Failed, FailureReason.Unsupported, "spec.kind review can't be run by this release; it runs freeform"),
            (report.Phase, report.Envelope.FailureReason, report.Envelope.Summary));
    }

    [Fact]
    public void This_release_runs_its_supported_kinds_natively_and_every_kind_as_a_stub()
    {
        using var nowhere = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.0.1:1") });
        var options = new RunnerOptions { Holder = Tasks.Me, NodeName = "host-a", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = "w", StateDirectory = "s" };
        var native = StageRegistry.Native(nowhere, options, _time, NullLogger.Instance);
        var stub = StageRegistry.Stub(TimeSpan.Zero, _time, NullLogger.Instance);

        Assert.Equal([TaskKind.IssueFix, TaskKind.Verify, TaskKind.Review, TaskKind.Freeform, TaskKind.Integrate, TaskKind.Reconcile], TaskKind.Known.Where(kind => native.Unsupported(OfKind(kind)) is null));
        Assert.Equal(TaskKind.Known, TaskKind.Known.Where(kind => stub.Unsupported(OfKind(kind)) is null));
    }

    [Fact]
    [Trait("Kind", "15")]
    public void An_assignment_to_a_server_that_this_host_may_not_call_is_declined_unless_an_Agent_may_have_named_it()
    {
        using var nowhere = new KubernetesClient(new KubernetesClientConfiguration { Host = new Uri("https://127.0.0.1:1") });
        var options = new RunnerOptions
        {
            Holder = Tasks.Me,
            NodeName = "host-a",
            Placement = Placement.Node,
            Program = RunnerProgram.Agent,
            WorkspaceRoot = "w",
            StateDirectory = "s",
            MayCallModel = url => url.Port == 8080,
        };
        var native = StageRegistry.Native(nowhere, options, _time, NullLogger.Instance);
        AgenticTask Promised(string url, string? agent = null)
        {
            var task = Tasks.With(TaskPhase.Scheduled);
            return task with
            {
                Spec = task.Spec with { AgentRef = agent is null ? null : new LocalObjectReference { Name = agent } },
                Status = task.Status with { Model = new PromisedModel { Name = "m", Url = url } },
            };
        }

        Assert.Null(native.Refusal(Promised("http://127.0.0.1:8080")));
        Assert.Contains("--model-url", native.Refusal(Promised("http://169.254.169.254"))!.Value.Message, StringComparison.Ordinal);
        Assert.Null(native.Refusal(Promised("http://169.254.169.254", agent: "cloud")));
        var named = Promised("http://169.254.169.254");
        Assert.Null(native.Refusal(named with { Spec = named.Spec with { Payload = named.Spec.Payload with { Agent = "cloud" } } }));
        Assert.Null(StageRegistry.Native(nowhere, options with { MayCallModel = null }, _time, NullLogger.Instance).Refusal(Promised("http://169.254.169.254")));
    }

    private static AgenticTask OfKind(TaskKind kind) => new() { Metadata = new V1ObjectMeta { Name = "t" }, Spec = new AgenticTaskSpec { Kind = kind } };

    private Task<WorkReport> RunAsync(params IStage[] stages) => RegistryOf(stages).RunAsync(Tasks.Held(), _ => { }, CancellationToken.None);

    private StageRegistry RegistryOf(params IStage[] stages) =>
        new(new Dictionary<TaskKind, ImmutableArray<IStage>> { [TaskKind.Freeform] = [.. stages] }, [], _time, NullLogger.Instance);

    private sealed class TestStage(Func<RunRecord, CancellationToken, StageResult> run) : IStage
    {
        public string Name => "test";

        public string? OutsideEffect(RunRecord record) => "nothing but a note";

        public Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop) => Task.FromResult(run(record, stop));
    }
}
