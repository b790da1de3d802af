using System.Net;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
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

    private static async Task<Attempt> ClaimAsync(TestBed bed, AgenticTask assigned, string holder)
    {
        var attempt = new Attempt(assigned, holder);
        Assert.Equal(WriteOutcomeKind.Stored, (await Writer(bed.Kubernetes).WriteAsync(ClaimOf(attempt), null, CancellationToken.None)).Kind);
        return attempt with { Task = await bed.ReadAsync(assigned.Name()) };
    }

    private static FencedWrite ClaimOf(Attempt attempt) =>
        new(WriteKind.Claim, attempt, TaskWrites.Claim(attempt.Number, new TaskClaim { Holder = attempt.Holder, AcquiredAt = DateTimeOffset.UtcNow }, true, []));

    private static FencedWriter Writer(IKubernetes kubernetes) => new(kubernetes, TimeProvider.System, new Jitter(1), NullLogger.Instance);
}
