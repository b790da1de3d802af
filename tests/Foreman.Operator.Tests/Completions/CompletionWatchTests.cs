using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Completions;
using Foreman.Operator.Digests;
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
        await using (var watch = Watch())
        {
            watch.Apply(new(ResourceEventType.Modified, Ended(Verdict.Go), Running));
            await _stop.CancelAsync();
        }

        Assert.Empty(_client.Created);
    }

    private async Task ApplyAsync(ResourceEvent<AgenticTask> change)
    {
        await using var watch = Watch();
        watch.Apply(change);
    }

    private CompletionWatch Watch() =>
        new(new EventRecorder(_client, new() { Time = _time }), new DigestWriter(_client, _time, NullLogger.Instance), _time, NullLogger.Instance, _stop.Token);

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
