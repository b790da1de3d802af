using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Fencing;
using Foreman.Runner.Outboxes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;

namespace Foreman.Runner.Tests.Outboxes;

[Trait("Kind", "1")]
public sealed class DeliveryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_result_that_cannot_be_written_as_JSON_is_sent_in_a_plainer_form()
    {
        var server = new TaskServer(Tasks.With(TaskPhase.Running, holder: Tasks.Me), new Faults(0, () => new InvalidOperationException()));
        JsonNode deep = 1;
        for (var i = 0; i < 1200; i++)
        {
            deep = new JsonObject { ["a"] = deep };
        }

        var (outcome, message) = await DeliveryTo(server).DeliverAsync(Entry(new JsonObject { ["verdict"] = "GO", ["extra"] = deep }), CancellationToken.None);

        Assert.True(outcome == DeliveryOutcome.Acknowledged, message);
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (server.Task!.Status.Phase, server.Task.Status.Verdict));
        Assert.NotNull(server.Task.Status.Result!["extra"]![AgentLoop.Results.ResultLimit.LeftOut]);
    }

    [Fact]
    public async Task A_result_that_a_fault_of_the_host_keeps_from_being_sent_stays_whole()
    {
        var server = new TaskServer(Tasks.With(TaskPhase.Running, holder: Tasks.Me), new Faults(0, () => new InvalidOperationException())) { Refuses = _ => new InvalidOperationException("a fault") };
        var delivery = DeliveryTo(server);
        var entry = Entry(new JsonObject { ["verdict"] = "GO", ["summary"] = "whole" });

        Assert.Equal(DeliveryOutcome.Kept, (await delivery.DeliverAsync(entry, CancellationToken.None)).Outcome);
        Assert.Equal(TaskPhase.Running, server.Task!.Status.Phase);
        server.Refuses = _ => null;
        Assert.Equal(DeliveryOutcome.Acknowledged, (await delivery.ReplayAsync(entry, Tasks.Me, TimeSpan.FromSeconds(30), CancellationToken.None)).Outcome);

        Assert.Equal("whole", (string?)server.Task!.Status.Result!["summary"]);
        Assert.DoesNotContain(_logger.Entries, e => e.Message.Contains("is refused", StringComparison.Ordinal));
    }

    private Delivery DeliveryTo(TaskServer server)
    {
        var (time, jitter) = (TimeProvider.System, new Jitter(1));
        return new Delivery(server, new FencedWriter(server, time, jitter, _logger), new Outbox(_folder["outbox"], _logger), time, jitter, _logger);
    }

    private static OutboxEntry Entry(JsonObject result) => new()
    {
        Namespace = "space",
        Name = "task",
        Uid = Tasks.Uid,
        Attempt = 1,
        Holder = Tasks.Me,
        Completion = new TaskCompletion { Phase = TaskPhase.Succeeded, Verdict = Verdict.Go, Result = result, FinishedAt = DateTimeOffset.UtcNow },
    };
}
