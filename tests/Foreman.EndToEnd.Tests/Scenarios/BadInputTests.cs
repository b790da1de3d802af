using System.Net;
using System.Net.Sockets;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>What people get wrong on the command line and around it.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TcpListener _taken = new(IPAddress.Loopback, 0);

    public BadInputTests() => _taken.Start();

    private int TakenPort => ((IPEndPoint)_taken.LocalEndpoint).Port;

    [Theory]
    [InlineData("agent", "--no-such-flag", new[] { "--no-such-flag", "--help" })]
    [InlineData("operator", "--no-such-flag", new[] { "--no-such-flag", "--help" })]
    [InlineData("operator", "tyr", new[] { "tyr", "--help" })]
    [InlineData("agent", "--heartbeat-interval=soon", new[] { "--heartbeat-interval", "soon", "duration" })]
    [InlineData("agent", "--agent-mode=magic", new[] { "--agent-mode", "magic", "native or stub" })]
    [InlineData("agent", "--model-url=no-url", new[] { "--model-url", "no-url", "http://" })]
    [InlineData("agent", "--max-concurrent-tasks=-1", new[] { "--max-concurrent-tasks", "-1", "number" })]
    [InlineData("operator", "--metrics-bind-address=nowhere", new[] { "--metrics-bind-address", "nowhere", ":8081" })]
    public Task A_wrong_flag_or_value_is_named_with_what_is_expected(string program, string argument, string[] said) =>
        Complaint.ExpectAsync(Program(program), exitCode: 2, said, argument);

    [Theory]
    [InlineData("agent")]
    [InlineData("operator")]
    public async Task A_kubeconfig_that_is_not_there_or_not_one_is_named(string program)
    {
        var missing = _folder["missing.kubeconfig"];
        await Complaint.ExpectAsync(Program(program), 78, [missing, "no such file"], "--kubeconfig", missing);

        var garbage = _folder.Write("garbage.kubeconfig", "\tthis: [is not\n");
        await Complaint.ExpectAsync(Program(program), 78, [garbage], "--kubeconfig", garbage);

        var empty = _folder.Write("empty.kubeconfig", "apiVersion: v1\nkind: Config\n");
        await Complaint.ExpectAsync(Program(program), 78, [empty, "context"], "--kubeconfig", empty);
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("operator")]
    public async Task An_api_server_that_does_not_answer_is_tried_for_a_while_and_named(string program)
    {
        var url = $"https://127.0.0.1:{FreePort.NextClosed()}";
        await Complaint.ExpectAsync(
            Program(program), 75, [url, "start-timeout"], "--kubeconfig", Kubeconfig(url), "--start-timeout", "1s");
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("operator")]
    public async Task A_credential_plugin_that_fails_is_tried_for_a_while_and_named(string program)
    {
        var kubeconfig = _folder.Write("plugin.kubeconfig", (await File.ReadAllTextAsync(Kubeconfig("https://127.0.0.1:1"))).Replace(
            "{token: t}",
            "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/false, interactiveMode: Never}}",
            StringComparison.Ordinal));
        await Complaint.ExpectAsync(
            Program(program), 75, ["credential plugin", "/bin/false", "start-timeout"], "--kubeconfig", kubeconfig, "--start-timeout", "1s");
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("operator")]
    public async Task A_web_page_where_the_api_server_should_be_is_told_apart(string program)
    {
        using var page = new WebPage();
        await Complaint.ExpectAsync(
            Program(program), 78, [page.Url, "kubeconfig"], "--kubeconfig", Kubeconfig(page.Url), "--start-timeout", "2s");
    }

    [Fact]
    public async Task A_workspace_folder_that_cannot_be_written_is_named_before_any_task_is_taken()
    {
        var file = _folder.Write("a-file", "");
        await Complaint.ExpectAsync(
            ReleasedBinaries.Agent, 78, [file, "--workspace-dir", "written"],
            "--kubeconfig", Kubeconfig("https://127.0.0.1:1"), "--workspace-dir", Path.Combine(file, "below"), "--start-timeout", "1s");
    }

    [Theory]
    [InlineData("dev-cluster")]
    [InlineData("demo-model")]
    public Task A_port_that_is_taken_is_named(string command) =>
        Complaint.ExpectAsync(ReleasedBinaries.Operator, 1, [$"{TakenPort}", "--port", "another"], command, "--port", $"{TakenPort}");

    [Fact]
    public async Task A_taken_port_of_the_operator_is_named_with_its_flag()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        await ForemanDefinitions.InstallAsync(cluster);
        await Complaint.ExpectAsync(
            ReleasedBinaries.Operator, 75, [$"{TakenPort}", "--health-probe-bind-address"],
            "--kubeconfig", cluster.AdminKubeconfigPath, "--metrics-bind-address", "0", "--health-probe-bind-address", $"127.0.0.1:{TakenPort}");
    }

    [Theory]
    [InlineData("--nodes=none")]
    [InlineData("--output=yaml")]
    [InlineData("--model-url=no-url")]
    public Task A_try_with_a_wrong_value_is_refused_before_it_starts_anything(string argument) =>
        Complaint.ExpectAsync(ReleasedBinaries.Operator, 2, [argument.Split('=')[0], argument.Split('=')[1]], "try", argument);

    [Fact]
    public async Task A_try_on_a_url_that_answers_web_pages_says_so()
    {
        using var page = new WebPage();
        await Complaint.ExpectAsync(ReleasedBinaries.Operator, 3, [page.Url, "HTML", "LLM server"], "try", "--model-url", page.Url);
    }

    [Fact]
    public async Task A_try_on_a_url_where_nothing_listens_says_so()
    {
        var url = $"http://127.0.0.1:{FreePort.NextClosed()}";
        await Complaint.ExpectAsync(ReleasedBinaries.Operator, 3, [url], "try", "--model-url", url);
    }

    public void Dispose()
    {
        _taken.Dispose();
        _folder.Dispose();
    }

    private static string Program(string name) => name == "agent" ? ReleasedBinaries.Agent : ReleasedBinaries.Operator;

    private string Kubeconfig(string url) => _folder.Write(
        "some.kubeconfig",
        $$"""
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "{{url}}", insecure-skip-tls-verify: true} }]
        users: [{name: u, user: {token: t} }]
        contexts: [{name: x, context: {cluster: c, user: u} }]
        current-context: x
        """);
}
