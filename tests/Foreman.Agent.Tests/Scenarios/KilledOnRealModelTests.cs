using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

/// <summary>The real agent with a real model server, killed in every turn of a run that writes a file and runs a command.</summary>
public sealed class KilledOnRealModelTests
{
    private const string Goal = "Write a file named data.txt with the text: red Then run the command: cp data.txt copy.txt";
    private const int Turns = 3;

    [Theory, DevCluster]
    public async Task A_run_on_llama_server_goes_on_after_its_agent_was_killed_in_any_turn(IClusterUnderTest cluster) =>
        await KilledInEveryTurnAsync(cluster, await LlamaServer.SharedAsync());

    [Theory, DevCluster]
    public async Task A_run_on_Ollama_goes_on_after_its_agent_was_killed_in_any_turn(IClusterUnderTest cluster) =>
        await KilledInEveryTurnAsync(cluster, await OllamaServer.SharedAsync());

    private static async Task KilledInEveryTurnAsync(IClusterUnderTest cluster, Testing.ModelServer server)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var relay = new ModelRelay(server.Url);
        await fleet.Kubernetes.CreateAsync(new Foreman.Api.Agent
        {
            Metadata = new V1ObjectMeta { Name = "runner", NamespaceProperty = fleet.Namespace },
            Spec = BuiltInAgent.Spec with { Tools = ["write_file", "bash", "submit_result"], Temperature = "0" },
        });
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--agent-mode=native", "--keep-workspace", "--model-url", relay.Url);
        var node = await fleet.WhenNodeAsync(agent.Node, n => n.Status?.Capability?.Models is [_, ..] models && models.Any(m => m.Server == relay.Url), "the model to be there");
        Assert.SkipUnless(node.Status!.Capability!.Sandbox.RunsCommands(), $"this host confines no commands: {node.Status.Capability.Sandbox?.Reason}");
        var probed = node.Status.Capability.Models!.First(m => m.Server == relay.Url);
        var promised = new PromisedModel { Name = probed.Name, Url = probed.Server, Server = server is OllamaServer ? ModelServerKind.Ollama : ModelServerKind.LlamaCpp };

        for (var turn = 0; turn < Turns; turn++)
        {
            var name = FormattableString.Invariant($"killed-{turn}");
            var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
            relay.Asking = HoldAt(turn, reached, released.Task);

            await fleet.AssignNewTaskAsync(name, agent.Node, Goal, promised, "runner");
            await reached.Task.WaitAsync(TestDeadline.Default);
            await agent.KillAndRestartAsync();
            released.TrySetResult();

            var back = await fleet.WhenTaskAsync(name, t => t.Status.Phase == TaskPhase.Pending, "the task to be given back");
            await fleet.AssignAsync(back, agent.Node, promised);
            var ended = await fleet.WhenTaskAsync(name, t => t.IsTerminal(), $"the task that was killed in turn {turn} to end");

            Assert.Equal((Verdict.Go, "ok"), (ended.Status.Verdict!.Value, (string?)ended.Status.Result!["summary"]));
            Assert.Equal(turn, ended.Status.ResumedFrom?.Turn ?? 0);
            var workspace = ended.Status.Result["extra"]!["workspace"]!["path"]!.GetValue<string>();
            Assert.Equal("red", (await File.ReadAllTextAsync(Path.Combine(workspace, "copy.txt"), TestContext.Current.CancellationToken)).Trim());
        }
    }

    // Holds the first question of the run that so many results stand in.
    private static Func<string, Task> HoldAt(int results, TaskCompletionSource reached, Task released) => body =>
        body.Contains("cp data.txt", StringComparison.Ordinal) && body.Split("\"role\":\"tool\"").Length - 1 == results && reached.TrySetResult()
            ? released
            : Task.CompletedTask;
}
