using System.Net;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Fencing;

public sealed class FencedWriterTests
{
    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Every_write_of_an_old_attempt_is_refused(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var old = await ClaimAsync(bed, await bed.AssignedAsync("task"), "host-a/1");
        var held = await ClaimAsync(bed, await bed.AssignAsync(await bed.TakeBackAsync(old.Task), "host-b"), "host-b/1");
        var entry = new TaskAttempt { Attempt = 1, Outcome = AttemptOutcome.GivenBack };
        var ending = new TaskCompletion { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, FinishedAt = DateTimeOffset.UtcNow };
        FencedWrite[] stale =
        [
            new(WriteKind.Claim, old, TaskWrites.Claim(1, new TaskClaim { Holder = "host-a/1" }, false, [])),
            new(WriteKind.Reclaim, old, TaskWrites.Reclaim(1, "host-a/1", "host-a/2")) { OldHolder = "host-a/1" },
            new(WriteKind.Progress, old, TaskWrites.Progress(1, "host-a/1", new TaskProgress { Turn = 9 })),
            new(WriteKind.End, old, TaskWrites.End(1, "host-a/1", ending)),
            new(WriteKind.End, held with { Holder = "host-a/1" }, TaskWrites.End(2, "host-a/1", ending)),
            new(WriteKind.Decline, old, TaskWrites.Decline(1, entry, [])),
        ];
        var before = (await bed.ReadAsync("task")).ResourceVersion();

        foreach (var write in stale)
        {
            var outcome = await Writer(bed.Kubernetes).WriteAsync(write, null, CancellationToken.None);
            Assert.Equal((write.Kind, WriteOutcomeKind.Fenced), (write.Kind, outcome.Kind));
            Assert.Contains("attempt 2, held by host-b/1", outcome.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, (await bed.ReadAsync("task")).ResourceVersion());
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_write_that_the_schema_refuses_is_not_tried_for_ever(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        var held = await ClaimAsync(bed, await bed.AssignedAsync("task"), "host-a/1");
        var wrong = new FencedWrite(WriteKind.Progress, held, TaskWrites.Progress(1, "host-a/1", new TaskProgress { Turn = -1 }));

        var outcome = await Writer(bed.Kubernetes).WriteAsync(wrong, null, CancellationToken.None);

        Assert.Equal(WriteOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("turn", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_claim_whose_acknowledgement_was_lost_is_known_as_ours(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        var client = bed.Client(line.Configuration);
        var assigned = await bed.AssignedAsync("task");
        await client.ReadAsync<AgenticTask>("task", bed.Space);
        line.LoseNextAnswer();

        var outcome = await Writer(client).WriteAsync(ClaimOf(new Attempt(assigned, "host-a/1")), null, CancellationToken.None);

        Assert.Equal(WriteOutcomeKind.Stored, outcome.Kind);
        Assert.Equal("host-a/1", (await bed.ReadAsync("task")).Status.Claim!.Holder);
    }

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_write_without_an_answer_ends_unsettled_when_patience_does(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var line = new FaultyLine(bed.Configuration);
        var assigned = await bed.AssignedAsync("task");
        line.Cut();

        var outcome = await Writer(bed.Client(line.Configuration))
            .WriteAsync(ClaimOf(new Attempt(assigned, "host-a/1")), TimeSpan.FromMilliseconds(300), CancellationToken.None);

        Assert.Equal(WriteOutcomeKind.Unsettled, outcome.Kind);
        Assert.Contains("can't be reached", outcome.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, nameof(WriteRemedy.Wait))]
    [InlineData(HttpStatusCode.TooManyRequests, nameof(WriteRemedy.Wait))]
    [InlineData(HttpStatusCode.ServiceUnavailable, nameof(WriteRemedy.Wait))]
    [InlineData(HttpStatusCode.Unauthorized, nameof(WriteRemedy.Wait))]
    [InlineData(HttpStatusCode.Forbidden, nameof(WriteRemedy.Wait))]
    [InlineData(HttpStatusCode.UnprocessableEntity, nameof(WriteRemedy.Reread))]
    [InlineData(HttpStatusCode.NotFound, nameof(WriteRemedy.Reread))]
    [InlineData(HttpStatusCode.BadRequest, nameof(WriteRemedy.GiveUp))]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, nameof(WriteRemedy.GiveUp))]
    public void Each_answer_of_the_server_has_its_remedy(HttpStatusCode code, string remedy) =>
        Assert.Equal(Enum.Parse<WriteRemedy>(remedy), WriteFailure.Remedy(new KubernetesException(new V1Status(), code)));

    [Theory]
    [Trait("Kind", "1")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_of_this_program_leaves_a_write_unsettled(bool isCancellation)
    {
        var none = new Faults(0, () => new InvalidOperationException());
        var server = new TaskServer(Tasks.With(TaskPhase.Scheduled), none)
        {
            Refuses = _ => isCancellation ? new TaskCanceledException("not by us") : new InvalidOperationException("a fault"),
        };

        var outcome = await Writer(server, new FaultyClock(none)).WriteAsync(ClaimOf(new Attempt(server.Task!, Tasks.Me)), null, CancellationToken.None).WaitAsync(TestDeadline.Default);

        Assert.Equal(WriteOutcomeKind.Unsettled, outcome.Kind);
        Assert.Contains(isCancellation ? "not by us" : "a fault", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "1")]
    public async Task A_write_that_speaks_of_no_generation_and_never_fits_is_refused_after_a_few_tries()
    {
        var none = new Faults(0, () => new InvalidOperationException());
        var writes = 0;
        using var deadline = TestDeadline.Start();
        var server = new TaskServer(Tasks.With(TaskPhase.Running, holder: Tasks.Me), none)
        {
            Refuses = _ => Interlocked.Increment(ref writes) > 0 ? TaskServer.Error(HttpStatusCode.UnprocessableEntity, "Invalid") : null,
        };

        var outcome = await Writer(server, new FaultyClock(none)).WriteAsync(EndOf([]), null, deadline.Token);

        Assert.Equal((WriteOutcomeKind.Refused, 4), (outcome.Kind, writes));
    }

    [Fact]
    [Trait("Kind", "1")]
    public async Task A_spec_that_changes_on_and_on_is_not_followed_without_a_pause()
    {
        var time = new ManualTimeProvider();
        var writes = 0;
        using var stop = new CancellationTokenSource();
        var server = new TaskServer(Tasks.With(TaskPhase.Running, holder: Tasks.Me), new Faults(0, () => new InvalidOperationException()));
        server.Refuses = _ =>
        {
            var generation = Interlocked.Increment(ref writes) + 1;
            server.Change(task => task["metadata"]!["generation"] = generation);
            return TaskServer.Error(HttpStatusCode.UnprocessableEntity, "Invalid");
        };

        var write = Writer(server, time).WriteAsync(EndOf([new() { Type = ConditionTypes.Completed, ObservedGeneration = 1 }]), null, stop.Token);
        await time.WaitForTimersAsync(1);

        Assert.Equal(2, writes);
        await stop.CancelAsync();
        Assert.Equal(WriteOutcomeKind.Unsettled, (await write.WaitAsync(TestDeadline.Default)).Kind);
    }

    // As a file of the outbox may hold it, also one of an earlier release.
    private static FencedWrite EndOf(IReadOnlyList<V1Condition> conditions) => new OutboxEntry
    {
        Namespace = "space",
        Name = "task",
        Uid = Tasks.Uid,
        Attempt = 1,
        Holder = Tasks.Me,
        Completion = new TaskCompletion { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, FinishedAt = DateTimeOffset.UtcNow, Conditions = conditions },
    }.WriteBy(Tasks.Me);

    private static async Task<Attempt> ClaimAsync(TestBed bed, AgenticTask assigned, string holder)
    {
        var attempt = new Attempt(assigned, holder);
        Assert.Equal(WriteOutcomeKind.Stored, (await Writer(bed.Kubernetes).WriteAsync(ClaimOf(attempt), null, CancellationToken.None)).Kind);
        return attempt with { Task = await bed.ReadAsync(assigned.Name()) };
    }

    private static FencedWrite ClaimOf(Attempt attempt) =>
        new(WriteKind.Claim, attempt, TaskWrites.Claim(attempt.Number, new TaskClaim { Holder = attempt.Holder, AcquiredAt = DateTimeOffset.UtcNow }, true, []));

    private static FencedWriter Writer(IKubernetes kubernetes, TimeProvider? time = null) => new(kubernetes, time ?? TimeProvider.System, new Jitter(1), NullLogger.Instance);
}
