using System.Globalization;
using System.Text.Json;
using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

/// <summary>
/// The real agent keeps its place in the fleet while commands and MCP servers use up all that they may. The first two of the attacks each time, all of
/// them, those by MCP servers at once, by <c>.ci/long crash</c>.
/// </summary>
public sealed class AttackedHostTests
{
    private const string Prompt = "Use up the host.";
    private const int SecondsOfEach = 3;
    private const string Forks = "b() { b | b & b; }; b; sleep 60";
    private const string Memory = "while :; do perl -e 'my @kept; push @kept, \"x\" x (64 << 20) while 1'; done";
    private const string Files = "perl -e 'for (my $i = 0; ; $i++) { open(F, q(>), qq(f$i)) or sleep 1 }'";

    // The host may be much slower than the interval of 1 s, but far from the 40 s after which it gets no tasks.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(10);

    // A server that was left with its attack goes on with it to the end of the run.
    private static readonly StepCall[] All = [Bash(Forks), Mcp("files", Files), Bash(Memory), Bash(Files), Mcp("forks", Forks), Mcp("memory", Memory)];

    [Theory, DevCluster]
    public async Task The_heartbeat_is_not_late_while_commands_and_servers_use_up_what_they_may(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        var attacks = All.Take(LongRun.Seeds(2, 2)).ToArray();
        using var model = new StepModel(Prompt, [.. attacks.Select(a => (StepCall[])[a]), [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "done"), ("commit_message", ""))]]);
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, "--agent-mode=native", "--model-url", model.Url, "--heartbeat-interval=1s");
        var sandbox = (await fleet.NodeAsync(agent.Node)).Status?.Capability?.Sandbox;
        Assert.SkipUnless(sandbox.RunsCommands(), $"this host confines no commands: {sandbox?.Reason}");
        await CreateAgentAsync(fleet);
        using var stop = new CancellationTokenSource();
        var beats = BeatsAsync(fleet, agent.Node, stop.Token);

        AgenticTask task;
        try
        {
            await fleet.AssignNewTaskAsync("task", agent.Node, Prompt, new PromisedModel { Name = StepModel.Name, Server = ModelServerKind.LlamaCpp, Url = model.Url }, "worker");
            await Eventually.TrueAsync(async () => (await fleet.TaskAsync("task")).IsTerminal(), "the task to end", TimeSpan.FromMinutes(2));
            await NothingRunsAsync(agent);
            task = await fleet.TaskAsync("task");
        }
        finally
        {
            await stop.CancelAsync();
            await beats;
        }

        Assert.Equal(Verdict.Go, task.Status.Verdict);
        var results = (await ResultsAsync(agent, task)).ToList();
        Assert.All(attacks.Zip(results), a => Assert.Matches("was not done after|reached the limit|Resource temporarily unavailable|did not answer within|is not there any more|has more than", a.Second));
        Assert.Equal(attacks.Length + 1, results.Count);
        var times = await beats;
        Assert.True(times.Count >= 3, $"{times.Count} heartbeats");
        Assert.All(times.Zip(times.Skip(1)), t => Assert.True(t.Second - t.First <= Late, $"no heartbeat from {t.First:O} to {t.Second:O}"));
        Assert.False(agent.Process.HasExited);
    }

    private static StepCall Bash(string command) => StepCall.Of("bash", ("command", command));

    private static StepCall Mcp(string server, string command) => StepCall.Of($"mcp__{server}__run", ("text", command));

    private static Task<Foreman.Api.Agent> CreateAgentAsync(FleetUnderTest fleet) => fleet.Kubernetes.CreateAsync(new Foreman.Api.Agent
    {
        Metadata = new V1ObjectMeta { Name = "worker", NamespaceProperty = fleet.Namespace },
        Spec = BuiltInAgent.Spec with
        {
            Tools = ["bash", "submit_result"],
            BashTimeoutSeconds = SecondsOfEach,
            Mcp = new AgentMcp
            {
                Enabled = true,
                CallTimeout = string.Create(CultureInfo.InvariantCulture, $"{SecondsOfEach}s"),
                Servers = [.. ((string[])["forks", "memory", "files"]).Select(name => new McpServer { Name = name, Transport = McpTransport.Stdio, Command = CommandMcpServer.Program, Args = CommandMcpServer.Arguments })],
            },
        },
    });

    /// <summary>When the heartbeat came, by the clock of the agent; the last time is that of the end.</summary>
    private static async Task<List<DateTimeOffset>> BeatsAsync(FleetUnderTest fleet, string node, CancellationToken stop)
    {
        var times = new List<DateTimeOffset>();
        var nodes = new Reflector<FleetNode>(fleet.Kubernetes, new ReflectorOptions { FieldSelector = Selectors.Equal("metadata.name", node) });
        using var subscription = nodes.Store.Subscribe(change =>
        {
            if (change.Object.Status?.LastHeartbeatTime is { } at && (times.Count == 0 || at > times[^1]))
            {
                times.Add(at);
            }
        });
        await nodes.RunAsync(stop);
        times.Add(DateTimeOffset.UtcNow);
        return times;
    }

    private static async Task<IEnumerable<string>> ResultsAsync(AgentUnderTest agent, AgenticTask task)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(agent.StateDir, "transcripts", $"{task.Uid()}-1.jsonl"), TestContext.Current.CancellationToken);
        return lines.Select(l => JsonElement.Parse(l)).Where(r => r.GetProperty("type").GetString() == "result").Select(r => r.GetProperty("content").GetString()!);
    }

    // Every process of the cage, and none outside, has the workspace as a mount.
    private static Task NothingRunsAsync(AgentUnderTest agent) => Eventually.TrueAsync(
        () => Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])).All(p => !Mounts(p).Contains(agent.WorkspaceDir, StringComparison.Ordinal)),
        "all processes of the cage to be gone");

    private static string Mounts(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is another user's.
            return "";
        }
    }
}
