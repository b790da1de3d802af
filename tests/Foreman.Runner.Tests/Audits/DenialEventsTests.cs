using Foreman.Api;
using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Audits;
using Foreman.Runner.Tests.Scene;
using Foreman.Tools.Audit;

namespace Foreman.Runner.Tests.Audits;

public sealed class DenialEventsTests
{
    private readonly Recorded _log = new();

    [Fact]
    public async Task S15_a_tool_that_the_Agent_may_not_use_is_told_once_and_every_call_is_logged()
    {
        var server = Server();
        await using (var audit = Audit(server))
        {
            foreach (var call in (AuditedCall[])[Denied("write_file"), Denied("write_file"), Denied("bash"), Call("read_file"), Call("read_file") with { Outcome = CallOutcome.Refused }])
            {
                audit.Record(call);
            }
        }

        var events = Events(server);
        Assert.Equal(
            [
                "attempt 3: the model asked for the tool `write_file` and was refused: this run may not use it, or there is no such tool",
                "attempt 3: the model asked for the tool `bash` and was refused: this run may not use it, or there is no such tool",
            ],
            events.Select(e => e.Message).OrderByDescending(m => m, StringComparer.Ordinal));
        Assert.All(events, e => Assert.Equal((Reasons.ToolDenied, "Warning", "task", Tasks.Uid), (e.Reason, e.EventType, e.InvolvedObject?.Name, e.InvolvedObject?.Uid)));
        Assert.Equal(["write_file", "write_file", "bash", "read_file", "read_file"], _log.Calls.Select(c => c.Tool));
    }

    [Fact]
    public async Task Names_that_a_model_makes_up_flood_nobody_and_stay_one_short_line()
    {
        var server = Server();
        await using (var audit = Audit(server))
        {
            audit.Record(Denied("a\r\nb\u001b[2J" + new string('x', 100_000)));
            for (var i = 0; i < 100; i++)
            {
                audit.Record(Denied($"tool_{i}"));
            }
        }

        var events = Events(server);
        Assert.Equal(DenialEvents.MaxTools, events.Count);
        Assert.All(events, e => Assert.DoesNotContain(e.Message!, char.IsControl));
        Assert.All(events, e => Assert.InRange(e.Message!.Length, 1, 300));
        Assert.Equal(101, _log.Calls.Count);
    }

    [Fact]
    public async Task What_can_not_be_undone_says_so()
    {
        var server = Server();
        await using (var audit = Audit(server))
        {
            audit.Record(Denied("drop") with { Classes = ToolClasses.Irreversible });
        }

        Assert.EndsWith("its effects can't be undone, and nobody can approve it", Assert.Single(Events(server)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Event_that_can_not_be_written_fails_nothing()
    {
        var server = Server(new Faults(1, () => new IOException("no API server")));
        await using (var audit = Audit(server))
        {
            audit.Record(Denied("bash"));
            audit.Record(Denied("write_file"));
        }

        Assert.Single(Events(server));
        Assert.Equal(2, _log.Calls.Count);
    }

    private static TaskServer Server(Faults? faults = null) => new(Tasks.With(TaskPhase.Running, 3, Tasks.Me), faults ?? new Faults(0, () => new IOException()));

    private DenialEvents Audit(TaskServer server) =>
        new(_log, new EventRecorder(server, new EventRecorderOptions { Component = "test" }), Tasks.Held(3), Redaction.OfForms);

    private static List<CoreV1Event> Events(TaskServer server) => [.. server.Created.OfType<CoreV1Event>()];

    private static AuditedCall Call(string tool) => new(tool, ToolClasses.Read, "ab12", CallOutcome.Succeeded, TimeSpan.Zero);

    private static AuditedCall Denied(string tool) => Call(tool) with { Outcome = CallOutcome.Refused, IsDenied = true };

    private sealed class Recorded : IToolAudit
    {
        public List<AuditedCall> Calls { get; } = [];

        public void Record(AuditedCall call) => Calls.Add(call);
    }
}
