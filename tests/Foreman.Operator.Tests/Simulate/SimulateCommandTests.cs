using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Simulate;
using Foreman.Operator.Tests.Cli;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Tests.Inspect;
using Foreman.Scheduling;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Simulate;

public class SimulateCommandTests
{
    private const string Fleet = """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: foreman.llmkube.dev/v1alpha1
          kind: FleetNode
          metadata: {name: mac}
          spec: {nodeName: mac}
          status:
            slots: 1
            capability:
              modelServers: [{url: "http://127.0.0.1:8080"}]
              models: [{name: qwen, server: "http://127.0.0.1:8080", loaded: true}]
        """;

    [Fact]
    public async Task A_second_host_halves_the_wait()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["one.yaml"], Fleet, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["two.yaml"], $"{Fleet}\n---\n{Fleet.Replace("mac", "second", StringComparison.Ordinal)}", TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            folder["tasks.jsonl"],
            [.. Enumerable.Range(0, 4).Select(i => """{"at":0,"runs":600,"task":{"metadata":{"name":"NAME"},"spec":{"kind":"freeform","payload":{"prompt":"x"}}}}""".Replace("NAME", $"t{i}", StringComparison.Ordinal))],
            TestContext.Current.CancellationToken);

        var one = await CommandRunner.RunAsync("simulate", "--fleet", folder["one.yaml"], "--tasks", folder["tasks.jsonl"]);
        var two = await CommandRunner.RunAsync("simulate", "--fleet", folder["two.yaml"], "--tasks", folder["tasks.jsonl"], "-o", "json");

        Assert.Equal((0, ""), (one.Code, one.Error));
        Assert.StartsWith("4 tasks ran on 1 of 1 host in 40 min, 0 never did\nwaits: median 10 min, 90 % within 30 min, 99 % within 30 min, longest 30 min\n", one.Out, StringComparison.Ordinal);
        Assert.Matches(@"\nmac +4 +100 % +0\n", one.Out);
        var json = JsonNode.Parse(two.Out)!;
        Assert.Equal((1200, 600), ((int)json["makespanSeconds"]!, (int)json["waits"]!["longestSeconds"]!));
    }

    [Fact]
    public async Task Quotas_of_the_fleet_are_played_and_what_waited_for_them_is_shown()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["fleet.yaml"], $"{Fleet}\n---\n{QuotaMap("- {namespace: default, tokensPerWindow: 100, windowHours: 1}")}", TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            folder["tasks.jsonl"],
            [.. Enumerable.Range(0, 3).Select(i => """{"at":0,"runs":600,"tokens":60,"task":{"metadata":{"name":"NAME"},"spec":{"kind":"freeform","budget":{"tokens":60},"payload":{"prompt":"x"}}}}""".Replace("NAME", $"t{i}", StringComparison.Ordinal))],
            TestContext.Current.CancellationToken);
        string[] files = ["--fleet", folder["fleet.yaml"], "--tasks", folder["tasks.jsonl"]];

        var text = await CommandRunner.RunAsync(["simulate", .. files]);
        var json = JsonNode.Parse((await CommandRunner.RunAsync(["simulate", .. files, "-o", "json"])).Out)!;

        // 60 tokens are free again an hour after each end: the second one starts at 70 min, the third at 140 min.
        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.StartsWith("3 tasks ran on 1 of 1 host in 2.5 h, 0 never did\n", text.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n\nQUEUE +RUNS +WAITED FOR QUOTA +MEDIAN +LONGEST +NEVER RAN FOR IT\ndefault +3 +2 +70 min +2\.3 h +0\n", text.Out);
        Assert.Equal(
            """[{"namespace":"default","queue":null,"runs":3,"waited":2,"waits":{"medianSeconds":4200,"p90Seconds":8400,"p99Seconds":8400,"longestSeconds":8400},"neverRan":0}]""",
            json["quotas"]!.ToJsonString());
    }

    [Theory]
    [InlineData("- {namespace: default, tokens: 5}", "fleet.yaml: ConfigMap foreman-quotas: entry 1 (default): tokens: there is no such field")]
    [InlineData("namespace: default", "fleet.yaml: ConfigMap foreman-quotas: quotas.yaml is no list")]
    public async Task Quotas_with_an_error_are_not_played_in_part(string quotas, string message)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["fleet.yaml"], $"{Fleet}\n---\n{QuotaMap(quotas)}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["tasks.jsonl"], "", TestContext.Current.CancellationToken);

        var run = await CommandRunner.RunAsync(["simulate", "--fleet", folder["fleet.yaml"], "--tasks", folder["tasks.jsonl"]]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quotas_of_two_namespaces_leave_it_open_which_count()
    {
        JsonObject Map(string space, string name = "foreman-quotas") => new() { ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space }, ["data"] = new JsonObject { ["quotas.yaml"] = $"- {{namespace: {space}, weight: 2}}" } };

        Assert.Equal("b", Assert.Single(FleetFile.Of([Map("a", "other"), Map("b"), Map("b")], "fleet").Quotas.All).Namespace);
        Assert.Contains("of several namespaces", Assert.Throws<ExitException>(() => FleetFile.Of([Map("a"), Map("b")], "fleet")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotas_are_recorded_without_comments_and_what_is_wrong_with_them_is_told()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        using var folder = new TempFolder();
        await cluster.QuotasAsync("# secret words\n- {namespace: default, weight: 2, tokensPerWindow: 1000}\n- {namespace: odd}\n");
        string[] files = ["--fleet", folder["fleet.jsonl"], "--tasks", folder["tasks.jsonl"]];

        var record = await cluster.RunAsync(["record", .. files]);
        var fleet = await FleetFile.ReadAsync(files[1], new ConsoleStreams(TextWriter.Null, TextWriter.Null, _ => null), TestContext.Current.CancellationToken);
        var elsewhere = await cluster.RunAsync(["record", .. files, "--force", "--foreman-namespace", "elsewhere"]);

        Assert.Equal((0, 0), (record.Code, elsewhere.Code));
        Assert.StartsWith("Recorded: 1 host, 0 Agents, 0 tasks, 1 entry of quotas. Play them with: ", record.Out, StringComparison.Ordinal);
        Assert.Contains("\nnote: ConfigMap foreman-system/foreman-quotas has errors. Only its entries without one count here", record.Out, StringComparison.Ordinal);
        Assert.Equal(new Quota { Namespace = "default", Weight = 2, TokensPerWindow = 1000 }, Assert.Single(fleet.Quotas.All));
        Assert.StartsWith("Recorded: 1 host, 0 Agents, 0 tasks. Play them with: ", elsewhere.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("foreman-quotas", await File.ReadAllTextAsync(files[1], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_recorded_in_a_cluster_is_played()
    {
        await using var cluster = await InspectedCluster.StartAsync(InspectedCluster.Node("mac"));
        using var folder = new TempFolder();
        await cluster.CreateAsync("t", s => s with { Payload = new() { Prompt = "secret words" } });
        await cluster.StatusAsync<AgenticTask>("t", "default", new() { ["phase"] = "Scheduled", ["attempt"] = 1, ["assignedNode"] = "mac", ["placement"] = "Node" });
        await cluster.StatusAsync<AgenticTask>("t", "default", JsonNode.Parse("""
            {"phase":"Succeeded","verdict":"GO","attempts":[{"attempt":1,"node":"mac","outcome":"Succeeded","startedAt":"2026-01-01T00:00:00Z","endedAt":"2026-01-01T00:05:00Z"}]}
            """)!.AsObject());
        string[] files = ["--fleet", folder["fleet.jsonl"], "--tasks", folder["tasks.jsonl"]];

        var record = await cluster.RunAsync(["record", .. files]);
        var twice = await cluster.RunAsync(["record", .. files]);
        var played = await CommandRunner.RunAsync(["simulate", .. files, "--model-load", "0s"]);

        Assert.Equal((0, 1, 0), (record.Code, twice.Code, played.Code));
        Assert.StartsWith("Recorded: 1 host, 0 Agents, 1 task.", record.Out, StringComparison.Ordinal);
        Assert.Contains("is there already; replace it with --force", twice.Error, StringComparison.Ordinal);
        Assert.True(played.Out.StartsWith("1 task ran on 1 of 1 host in 5 min, 0 never did", StringComparison.Ordinal), played.Out);
        Assert.DoesNotContain("secret words", await File.ReadAllTextAsync(files[3], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recorded_fleet_of_thousands_of_hosts_is_read_again()
    {
        using var folder = new TempFolder();
        var fleet = new FleetFile(
            [.. Enumerable.Range(0, 5000).Select(i => Sample.Node($"host-{i}")).Select(n => n with
            {
                Status = n.Status! with { Capability = new() { Models = [.. Enumerable.Range(0, 12).Select(m => new ServedModel { Name = $"model-{m}", Server = "http://127.0.0.1:8080", ContextTokens = 32768, Loaded = m == 0 })] } },
            })],
            [],
            []);
        LineFile.Write([(folder["fleet.jsonl"], Recording.Of(fleet).Lines())], force: false);

        var read = await FleetFile.ReadAsync(folder["fleet.jsonl"], new ConsoleStreams(TextWriter.Null, TextWriter.Null, _ => null), TestContext.Current.CancellationToken);

        Assert.True(new FileInfo(folder["fleet.jsonl"]).Length > 4 << 20);
        Assert.Equal(fleet.Nodes.Select(n => n.Name()), read.Nodes.Select(n => n.Name()));
        Assert.Equal(12, read.Nodes[4999].Status!.Capability!.Models!.Count);
    }

    [Fact]
    public async Task Names_in_figures_steer_no_terminal()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["fleet.yaml"], Fleet.Replace("{name: mac}", "{name: \"mac\\e[2J\"}", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        const string Task = """{"at":0,"runs":1,"task":{"metadata":{"name":"t\u001b[2J","namespace":"n\u001b[2J"},"spec":{"kind":"freeform","placement":"Node","modelRef":"none\u001b[2J","payload":{"prompt":"x"}}}}""";

        var run = await CommandRunner.RunAsync($"{Task}\n{Task.Replace("none", "qwen", StringComparison.Ordinal).Replace("\"name\":\"t", "\"name\":\"u", StringComparison.Ordinal)}", ["simulate", "--fleet", folder["fleet.yaml"], "--tasks", "-"]);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("mac\\u001b[2J", run.Out, StringComparison.Ordinal);
        Assert.Contains("never ran: n\\u001b[2J/t\\u001b[2J: ", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public void Hosts_have_no_namespace()
    {
        JsonObject Node(string? space) => new() { ["kind"] = "FleetNode", ["metadata"] = new JsonObject { ["name"] = "a", ["namespace"] = space }, ["spec"] = new JsonObject { ["nodeName"] = "a" } };

        Assert.Null(Assert.Single(FleetFile.Of([Node("x"), Node(null)], "fleet").Nodes).Namespace());
    }

    [Theory]
    [InlineData("{\n  \"kind\": \"FleetNode\",\n  \"metadata\": {\"name\": \"mac\"}, \"spec\": {\"nodeName\": \"mac\"}\n}\n", 2, "")]
    [InlineData("{\"kind\":\"FleetNode\",\"metadata\":{\"name\":\"mac\"},\"spec\":{\"nodeName\":\"mac\"}}\n---\n", 2, "")]
    [InlineData("{\"kind\":\"FleetNode\",\"metadata\":{\"name\":\"mac\"}}\nkind: x\n", 0, "standard input, line 2: ")]
    [InlineData("{\"kind\":\"FleetNode\",\"metadata\":{}}\n", 0, "standard input: a FleetNode has no metadata.name")]
    public async Task Standard_input_is_called_so(string input, int never, string message)
    {
        using var folder = new TempFolder();
        await File.WriteAllLinesAsync(
            folder["tasks.jsonl"],
            Enumerable.Range(0, never).Select(i => """{"at":0,"runs":1,"task":{"metadata":{"name":"NAME"},"spec":{"kind":"freeform","payload":{"prompt":"x"}}}}""".Replace("NAME", $"t{i}", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);

        var run = await CommandRunner.RunAsync(input, ["simulate", "--fleet", "-", "--tasks", folder["tasks.jsonl"]]);

        Assert.Equal(message.Length == 0 ? 0 : 2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains(message.Length == 0 ? $"0 tasks ran on 0 of 1 host in 0 s, {never} never did" : "", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_come_from_standard_input_too_but_not_both()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["fleet.yaml"], Fleet, TestContext.Current.CancellationToken);
        const string Task = """{"at":0,"runs":31000000,"task":{"metadata":{"name":"t"},"spec":{"kind":"freeform","payload":{"prompt":"x"}}}}""";

        var one = await CommandRunner.RunAsync(Task, ["simulate", "--fleet", folder["fleet.yaml"], "--tasks", "-"]);
        var both = await CommandRunner.RunAsync(Task, ["simulate", "--fleet", "-", "--tasks", "-"]);
        var decades = string.Join('\n', Enumerable.Range(0, 12).Select(i => Task.Replace("\"t\"", $"\"t{i}\"", StringComparison.Ordinal)));
        var late = await CommandRunner.RunAsync(decades, ["simulate", "--fleet", folder["fleet.yaml"], "--tasks", "-"]);

        Assert.Equal((0, 2, 2), (one.Code, both.Code, late.Code));
        Assert.Contains("--tasks: `-` is not valid", both.Error, StringComparison.Ordinal);
        Assert.Contains("would end more than ten years after the start", late.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_ends_it_as_interrupted()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["fleet.yaml"], Fleet, TestContext.Current.CancellationToken);
        var console = new ConsoleStreams(TextWriter.Null, TextWriter.Null, _ => null);
        var parsed = SimulateCommand.Create(console).Parse(["--fleet", folder["fleet.yaml"], "--tasks", folder["fleet.yaml"]]);

        Assert.Equal(130, await SimulateCommand.RunAsync(parsed, console, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Files_are_written_both_or_none()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["fleet"], "old");

        var there = Assert.Throws<ExitException>(() => LineFile.Check([folder["tasks"], folder["fleet"]], force: false));
        var same = Assert.Throws<ExitException>(() => LineFile.Check([folder["fleet"], folder["fleet"]], force: true));
        Assert.Throws<ExitException>(() => LineFile.Write([(folder["fleet"], ["new"]), (folder[Path.Combine("nowhere", "tasks")], ["new"])], force: true));

        Assert.Contains("replace it with --force", there.Message, StringComparison.Ordinal);
        Assert.Contains("can't be both files", same.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder["fleet"]));
        Assert.Equal([folder["fleet"]], Directory.GetFiles(Path.GetDirectoryName(folder["fleet"])!));
    }

    private static string QuotaMap(string quotas) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: foreman-quotas}
        data:
          quotas.yaml: |
            {{quotas}}
        """;

    [Theory]
    [InlineData("--model-load: `slow` is not valid", "--model-load", "slow")]
    [InlineData("can't be read", "--tasks", "/nowhere/tasks.jsonl")]
    public async Task What_cant_be_is_told(string message, params string[] arguments)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["fleet.yaml"], Fleet, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["tasks.jsonl"], "", TestContext.Current.CancellationToken);
        string[] tasks = arguments[0] == "--tasks" ? [] : ["--tasks", folder["tasks.jsonl"]];

        var run = await CommandRunner.RunAsync(["simulate", "--fleet", folder["fleet.yaml"], .. tasks, .. arguments]);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
