using System.Collections.Concurrent;
using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Whether the progress of a run whose turn takes long stays fresh, so that the operator does not take it for one that hangs.</summary>
[Trait("Kind", "1")]
public sealed class LongTurnTests : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // The clock does not wait until the client has read what the server sent, so no deadline of the client may pass meanwhile.
    private static readonly AgentSpec Patient = BuiltInAgent.Spec with { RequestTurnTimeoutSeconds = 3000 };

    private readonly ManualTimeProvider _clock = new();
    private readonly TempFolder _folder = new();
    private readonly RecordingLogger _logger = new();
    private readonly ScriptedModel _model = new();
    private readonly ConcurrentQueue<TimeSpan> _written = [];
    private readonly BrokenScene _scene;
    private AgentSpec _agent = BuiltInAgent.Spec;

    public LongTurnTests()
    {
        var options = new RunnerOptions
        {
            Holder = Tasks.Me,
            NodeName = "host-a",
            Placement = Placement.Node,
            Program = RunnerProgram.Agent,
            WorkspaceRoot = _folder["work"],
            StateDirectory = _folder["state"],
        };
        var prepare = new ScriptedStage((record, _, _) => Task.FromResult<StageResult>(new StageResult.Next(record with
        {
            Agent = _agent,
            Model = _model.Endpoint,
            Workspace = Directory.CreateDirectory(_folder["work/one"]).FullName,
        })));
        var none = new Faults(0, () => new InvalidOperationException());
        var runLogs = new TaskServer(Tasks.With(TaskPhase.Running), none);
        _scene = new BrokenScene(
            none, _clock, [prepare, new LoopStage(runLogs, options, _clock, new Jitter(1), _logger), new ReportStage(options, _logger)]);
        _scene.Server.Refuses = patch =>
        {
            var paths = patch.Where(o => (string?)o!["op"] != "test").Select(o => (string?)o!["path"]).ToImmutableArray();
            if (paths is ["/status/progress"])
            {
                _written.Enqueue(_clock.Elapsed);
            }

            return null;
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _model.DisposeAsync();
        await _scene.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_that_streams_for_20_minutes_keeps_the_progress_fresh()
    {
        Start(Patient);
        using var answer = await _model.AskedAsync();
        await answer.BeginStreamAsync();
        for (var minute = 1; minute <= 20; minute++)
        {
            _clock.Advance(Minute);
            await answer.SendEventAsync(ModelExchange.Word);
            await WrittenNowAsync();
        }

        await answer.SubmitAsync();
        await _scene.SlotIsFreeAsync();

        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (_scene.Server.Task!.Status.Phase, _scene.Server.Task.Status.Verdict));
        Assert.Equal(Enumerable.Range(1, 20).Select(m => m * Minute), _written.Take(20));
    }

    [Fact]
    public async Task A_long_answer_keeps_the_progress_of_the_turn_before_it()
    {
        Start(Patient);
        using var first = await _model.AskedAsync();
        await first.BeginStreamAsync();
        await first.EndWithCallAsync("list_files", "{}");
        using var second = await _model.AskedAsync();
        await second.BeginStreamAsync();
        await _clock.AdvanceUntilAsync(() => Progress.Turn == 1, TimeSpan.FromSeconds(2), Minute / 2, "the turn to be written");

        for (var minute = 1; minute <= 15; minute++)
        {
            _clock.Advance(Minute);
            await second.SendEventAsync(ModelExchange.Word);
            await WrittenNowAsync();
            Assert.Equal((1, "list_files"), (Progress.Turn, Progress.Tool));
        }

        await second.SubmitAsync();
        await _scene.SlotIsFreeAsync();
    }

    [Fact]
    public async Task A_model_that_hangs_for_20_minutes_leaves_the_progress_as_it_was()
    {
        Start(Patient);
        using var answer = await _model.AskedAsync();
        await answer.BeginStreamAsync();
        _clock.Advance(Minute);
        await answer.SendEventAsync(ModelExchange.Word);
        await WrittenNowAsync();

        await _clock.AdvanceUntilAsync(() => _clock.Elapsed >= 21 * Minute, Minute / 2, 21 * Minute, "20 minutes to pass");
        Assert.Equal([Minute], _written);

        await answer.SubmitAsync();
        await _scene.SlotIsFreeAsync();
        Assert.All(_written.Skip(1), w => Assert.Equal(21 * Minute, w));
        Assert.Equal(Verdict.Go, _scene.Server.Task!.Status.Verdict);
    }

    [Fact]
    public async Task A_model_that_loads_for_minutes_keeps_the_progress_fresh()
    {
        Start();
        using var first = await _model.AskedAsync();
        await first.EndAsync(Loading(afterSeconds: 500));
        await Eventually.TrueAsync(() => _logger.Entries.Any(e => e.Message.Contains("waits for the model server", StringComparison.Ordinal)), "the wait to begin");

        for (var minute = 1; minute <= 6; minute++)
        {
            _clock.Advance(Minute / 2);
            _clock.Advance(Minute / 2);
            await WrittenNowAsync();
            Assert.Equal(("ModelLoading", true), (Progress.Waiting?.Reason, Progress.Waiting!.Message!.Contains("Loading model", StringComparison.Ordinal)));
            Assert.Equal("ModelLoading", _scene.Server.Task!.Status.Conditions.Find(ConditionTypes.Waiting)?.Reason);
        }

        Assert.Contains(" until ", _scene.Server.Task!.Status.Conditions.Find(ConditionTypes.Waiting)!.Message, StringComparison.Ordinal);
        var next = _model.AskedAsync();
        await _clock.AdvanceUntilAsync(() => next.IsCompleted, Minute / 2, TimeSpan.FromMinutes(10), "the next try");
        using var second = await next;
        await second.BeginStreamAsync();
        await second.SubmitAsync();
        await _scene.SlotIsFreeAsync();
        Assert.Equal(Verdict.Go, _scene.Server.Task!.Status.Verdict);
        Assert.Null(_scene.Server.Task.Status.Conditions.Find(ConditionTypes.Waiting));
    }

    [Fact]
    public async Task A_wait_that_is_over_is_gone_from_the_next_report()
    {
        Start();
        using var first = await _model.AskedAsync();
        await first.EndAsync(Loading(afterSeconds: 100));
        await Eventually.TrueAsync(() => _logger.Entries.Any(e => e.Message.Contains("waits for the model server", StringComparison.Ordinal)), "the wait to begin");
        _clock.Advance(Minute / 2);
        _clock.Advance(Minute / 2);
        await WrittenNowAsync();
        Assert.NotNull(Progress.Waiting);

        var next = _model.AskedAsync();
        await _clock.AdvanceUntilAsync(() => next.IsCompleted, Minute / 2, TimeSpan.FromMinutes(10), "the next try");
        using var second = await next;
        await second.BeginStreamAsync();
        await second.EndWithCallAsync("list_files", "{}");
        using var third = await _model.AskedAsync();
        await third.BeginStreamAsync();
        await _clock.AdvanceUntilAsync(() => Progress.Turn == 1, TimeSpan.FromSeconds(2), Minute / 2, "the turn to be written");
        Assert.Null(Progress.Waiting);
        Assert.Null(_scene.Server.Task!.Status.Conditions.Find(ConditionTypes.Waiting));
        await third.SubmitAsync();
        await _scene.SlotIsFreeAsync();
    }

    private void Start(AgentSpec? agent = null)
    {
        _agent = agent ?? _agent;
        _scene.Runs.Start(_scene.Assigned);
    }

    private TaskProgress Progress => _scene.Server.Task!.Status.Progress!;

    private Task WrittenNowAsync() =>
        Eventually.TrueAsync(() => Progress.UpdatedAt == _clock.GetUtcNow(), $"progress to be written at {_clock.Elapsed}");

    private static string Loading(int afterSeconds)
    {
        const string Body = """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""";
        return FormattableString.Invariant(
            $"HTTP/1.1 503 X\r\nContent-Type: application/json\r\nRetry-After: {afterSeconds}\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}");
    }
}
