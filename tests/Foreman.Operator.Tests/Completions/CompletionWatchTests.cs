using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Completions;
using Foreman.Operator.Digests;
using Foreman.Operator.Loop;
using Foreman.Operator.Tests.Fakes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Completions;

public sealed class CompletionWatchTests : IDisposable
{
    private static readonly AgenticTask Running = Sample.Task("t").Scheduled(Placement.Node).Running();

    private readonly FakeKubernetes _client = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_task_that_ends_gets_an_event_and_a_digest()
    {
        await ApplyAsync(new(ResourceEventType.Modified, Ended(Verdict.Go), Running));

        var told = Assert.Single(_client.Created.OfType<CoreV1Event>());
        Assert.Equal(("Completed", "Normal"), (told.Reason, told.EventType));
        Assert.Equal("Succeeded, verdict GO: All done.", told.Message);
        Assert.Equal("foreman-transcript-t", Assert.Single(_client.Created.OfType<V1ConfigMap>()).Name());
    }

    [Fact]
    public async Task An_end_off_target_is_a_warning()
    {
        await ApplyAsync(new(ResourceEventType.Modified, Ended(Verdict.NoGo), Running));

        Assert.Equal("Warning", Assert.Single(_client.Created.OfType<CoreV1Event>()).EventType);
    }

    [Fact]
    public async Task A_task_that_never_ran_has_no_digest()
    {
        var ended = Ended(Verdict.Incomplete);

        await ApplyAsync(new(ResourceEventType.Modified, ended with { Status = ended.Status with { Attempt = 0 } }, Sample.Task("t")));

        Assert.Equal(["Completed"], _client.EventReasons);
        Assert.Empty(_client.Created.OfType<V1ConfigMap>());
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 0)]
    public async Task A_task_that_ended_shortly_before_the_operator_started_gets_its_digest_and_no_event(int minutesAgo, int digests)
    {
        await ApplyAsync(new(ResourceEventType.Added, Ended(Verdict.Go, minutesAgo)));

        Assert.Empty(_client.EventReasons);
        Assert.Equal(digests, _client.Created.OfType<V1ConfigMap>().Count());
    }

    [Fact]
    public async Task A_change_after_the_end_is_no_second_end()
    {
        await ApplyAsync(new(ResourceEventType.Modified, Ended(Verdict.Go), Ended(Verdict.Go)));

        Assert.Empty(_client.Created);
    }

    [Fact]
    public async Task A_digest_that_cannot_be_stored_costs_nothing_else()
    {
        _client.OnCreate = o => o is V1ConfigMap ? Task.FromException(FakeKubernetes.Answer(System.Net.HttpStatusCode.Forbidden)) : Task.CompletedTask;

        await ApplyAsync(new(ResourceEventType.Modified, Ended(Verdict.Go), Running));

        Assert.Equal(["Completed", "DigestFailed"], _client.EventReasons);
    }

    [Fact]
    public async Task The_operators_stop_gives_up_what_is_being_written()
    {
        _client.OnCreate = _ => Task.Delay(Timeout.Infinite, CancellationToken.None);
        await using (var lanes = Lanes())
        {
            using var watch = Watch(lanes);
            watch.Apply(new(ResourceEventType.Modified, Ended(Verdict.Go), Running));
            await _stop.CancelAsync();
        }

        Assert.Empty(_client.Created);
    }

    [Fact]
    public async Task A_digest_that_the_server_has_no_time_for_is_written_later_and_holds_no_other_write_up()
    {
        var refusals = 1;
        _client.OnCreate = o => o is V1ConfigMap && refusals-- > 0 ? Task.FromException(Overloaded()) : Task.CompletedTask;
        await using var lanes = Lanes();
        using var watch = Watch(lanes);

        watch.Apply(new(ResourceEventType.Modified, Ended(Verdict.Go), Running));
        Assert.Equal(["Completed"], _client.EventReasons);
        Assert.Empty(_client.Created.OfType<V1ConfigMap>());
        await _time.AdvanceUntilAsync(() => _client.Created.OfType<V1ConfigMap>().Any(), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), "the digest");

        Assert.InRange(_time.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1));
        Assert.False(lanes.IsPaused);
        Assert.Equal(["Completed"], _client.EventReasons);
    }

    [Fact]
    public async Task An_event_that_the_server_has_no_time_for_is_recorded_later_and_once()
    {
        var refusals = 1;
        _client.OnCreate = o => o is CoreV1Event && refusals-- > 0 ? Task.FromException(Overloaded()) : Task.CompletedTask;
        await using var lanes = Lanes();
        using var watch = Watch(lanes);

        watch.Apply(new(ResourceEventType.Modified, Ended(Verdict.Go), Running));
        Assert.Empty(_client.EventReasons);
        await Eventually.TrueAsync(() => _client.Created.OfType<V1ConfigMap>().Any(), "the digest");
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(_client.EventReasons);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await Eventually.TrueAsync(() => _client.EventReasons.Count > 0, "the event");
        Assert.Equal(1, Assert.Single(_client.Created.OfType<CoreV1Event>()).Count);
    }

    private static KubernetesException Overloaded() =>
        new(new V1Status { Message = "too many requests" }, System.Net.HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromSeconds(3));

    private async Task ApplyAsync(ResourceEvent<AgenticTask> change)
    {
        await using var lanes = Lanes();
        using var watch = Watch(lanes);
        watch.Apply(change);
    }

    // One write after the other, so that their order is known.
    private LaneRunner Lanes() => new(NullLogger.Instance) { Time = _time, Start = static write => _ = write() };

    private CompletionWatch Watch(LaneRunner lanes) => new(
        lanes,
        new EventLane(lanes, new EventRecorder(_client, new() { Time = _time }), NullLogger.Instance),
        new DigestWriter(_client, _time, NullLogger.Instance),
        _time,
        NullLogger.Instance,
        _stop.Token);

    private AgenticTask Ended(Verdict verdict, int minutesAgo = 0) => Running with
    {
        Status = Running.Status with
        {
            Phase = TaskPhase.Succeeded,
            Verdict = verdict,
            FinishedAt = _time.GetUtcNow().AddMinutes(-minutesAgo),
            Conditions = [new() { Type = ConditionTypes.Completed, Status = Conditions.True, Message = "All done." }],
        },
    };
}
