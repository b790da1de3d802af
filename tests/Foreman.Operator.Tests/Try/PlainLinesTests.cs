using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Try;

namespace Foreman.Operator.Tests.Try;

public class PlainLinesTests
{
    private static readonly FleetNode Ready = new()
    {
        Metadata = new() { Name = "box" },
        Status = new()
        {
            Phase = FleetNodePhase.Ready,
            Conditions = [new() { Type = ConditionTypes.Ready, Status = Conditions.True, Reason = Reasons.HeartbeatFresh }],
            Capability = new()
            {
                TotalRAMGB = 64,
                AvailableRAMGB = 50,
                Accelerator = Accelerator.None,
                ModelServers = [new() { Url = "http://127.0.0.1:1", Kind = ModelServerKind.Demo }],
                Models = [new() { Name = "foreman-demo", Server = "http://127.0.0.1:1" }],
            },
        },
    };

    [Fact]
    public void A_host_is_shown_when_it_becomes_ready_with_what_it_offers()
    {
        var before = new TryState { Nodes = Nodes(Ready with { Status = Ready.Status! with { Conditions = null } }) };

        Assert.Equal(
            ["  node     box Ready: 50 of 64 GiB RAM free, no accelerator, model foreman-demo (demo)"],
            PlainLines.Between(before, before with { Nodes = Nodes(Ready) }));
    }

    [Fact]
    public void A_host_is_shown_again_when_its_models_are_found_later()
    {
        var before = new TryState { Nodes = Nodes(WithCapability(Ready, Ready.Status!.Capability! with { Models = [] })) };
        var lessMemory = Nodes(WithCapability(Ready, Ready.Status!.Capability! with { AvailableRAMGB = 40 }));

        Assert.Equal(
            ["  node     box Ready: 50 of 64 GiB RAM free, no accelerator, model foreman-demo (demo)"],
            PlainLines.Between(before, before with { Nodes = Nodes(Ready) }));
        Assert.Empty(PlainLines.Between(before with { Nodes = Nodes(Ready) }, before with { Nodes = lessMemory }));
    }

    [Fact]
    public void The_demo_model_says_what_it_is()
    {
        var line = Assert.Single(PlainLines.Between(new(), new() { Model = new(new("http://127.0.0.1:8080"), "foreman-demo", Demo: true) }));

        Assert.Contains("a scripted stand-in, not a language model", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_is_followed_phase_by_phase_and_turn_by_turn()
    {
        var pending = new TryState { Task = Task(TaskPhase.Pending) };
        var running = pending with { Task = Task(TaskPhase.Running), Turns = [new(1, "write_file hello.txt")] };
        var done = running with { Task = Task(TaskPhase.Succeeded), Turns = running.Turns.Add(new(2, "submit_result GO")) };

        Assert.Equal(["  task     hello Pending"], PlainLines.Between(new(), pending));
        Assert.Equal(["  turn 1   write_file hello.txt", "  task     hello Running on box"], PlainLines.Between(pending, running));
        Assert.Equal(["  turn 2   submit_result GO", "  task     hello Succeeded, verdict GO"], PlainLines.Between(running, done));
        Assert.Empty(PlainLines.Between(done, done));
    }

    [Fact]
    public void Control_characters_of_a_model_do_not_reach_the_terminal()
    {
        var line = Assert.Single(PlainLines.Between(new(), new() { Turns = [new(1, "said: \u001b[2Jgone\r\nfake")] }));

        Assert.DoesNotContain(line, char.IsControl);
    }

    [Fact]
    public void The_table_shows_the_same_state()
    {
        var console = Spectre.Console.AnsiConsole.Create(new() { Ansi = Spectre.Console.AnsiSupport.No, Out = new Spectre.Console.AnsiConsoleOutput(new StringWriter()) });
        var writer = (StringWriter)console.Profile.Out.Writer;
        console.Profile.Width = 160;

        console.Write(TableView.Render(new() { Cluster = "https://127.0.0.1:1", Nodes = Nodes(Ready), Task = Task(TaskPhase.Running), Turns = [new(1, "write_file [x]")] }));

        Assert.Contains("50 of 64 GiB RAM free", writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("write_file [x]", writer.ToString(), StringComparison.Ordinal);
        Assert.Contains("Running", writer.ToString(), StringComparison.Ordinal);
    }

    private static FleetNode WithCapability(FleetNode node, NodeCapability capability) => node with { Status = node.Status! with { Capability = capability } };

    private static ImmutableSortedDictionary<string, FleetNode> Nodes(FleetNode node) =>
        ImmutableSortedDictionary<string, FleetNode>.Empty.Add(node.Name(), node);

    private static AgenticTask Task(TaskPhase phase) => new()
    {
        Metadata = new() { Name = "hello" },
        Status = new() { Phase = phase, AssignedNode = phase == TaskPhase.Pending ? null : "box", Verdict = phase.IsTerminal() ? Verdict.Go : null },
    };
}
