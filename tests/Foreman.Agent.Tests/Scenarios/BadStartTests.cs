using System.Globalization;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

/// <summary>Hosts on which an agent can't start; what it says of a cluster that it can't work in is told by the end-to-end tests, but for a single field.</summary>
public sealed class BadStartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task An_API_server_that_is_not_there_ends_the_agent_with_75()
    {
        var port = FreePort.NextClosed();

        var run = await RunAsync("--kubeconfig", Kubeconfig($"http://127.0.0.1:{port}", "t"), "--start-timeout=1s");

        Assert.Equal(75, run.ExitCode);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), run.Error, StringComparison.Ordinal);
        Assert.Contains("Gave up after 1 s (--start-timeout)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_that_cannot_be_written_is_bad_configuration()
    {
        var file = _folder.Write("file", "");

        var run = await RunAsync("--kubeconfig", Kubeconfig("http://127.0.0.1:1", "t"), "--workspace-dir", Path.Combine(file, "work"));

        Assert.Equal(78, run.ExitCode);
        Assert.Contains("--workspace-dir", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "15")]
    public async Task Too_few_file_descriptors_are_bad_configuration_and_no_defect()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells a process its limits in a file");
        var run = await CommandRun.RunAsync(new ProcessRequest
        {
            Program = "/bin/sh",
            Arguments =
            [
                "-c", "ulimit -n 100; exec \"$0\" \"$@\"", ReleasedBinaries.Agent, "--fleet-node-name=bad-start", "--kubeconfig", Kubeconfig("http://127.0.0.1:1", "t"),
                "--state-dir", _folder["state"], "--workspace-dir", _folder["work"],
            ],
        });

        Assert.Equal(78, run.ExitCode);
        Assert.Contains("may open 100 files at once", run.Error, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_that_lacks_a_single_field_is_bad_configuration()
    {
        Assert.SkipWhen(KubeApiServer.OwnSkipReason is not null, KubeApiServer.OwnSkipReason ?? "");
        await using var server = await KubeApiServer.StartAsync();
        await server.Kubectl.ApplyAsync(
            CustomResources.All["agentictasks.foreman.llmkube.dev"].Replace("              claim:", "              oldClaim:", StringComparison.Ordinal), "--validate=false");
        await server.Kubectl.RunAsync("wait", "--for=condition=Established", "--timeout=30s", "crd/agentictasks.foreman.llmkube.dev");

        var run = await RunAsync("--kubeconfig", server.AdminKubeconfigPath);

        Assert.Equal(78, run.ExitCode);
        Assert.Contains("older than this binary (AgenticTask has no status.claim): `helm upgrade`", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Definitions_of_an_older_release_are_told_and_the_host_joins()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        foreach (var definition in CustomResources.All.Values)
        {
            await cluster.CreateAsync(
                "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                definition.Replace($"{DefinitionsVersion.Annotation}: \"{DefinitionsVersion.Current}\"", $"{DefinitionsVersion.Annotation}: \"0.0.1\"", StringComparison.Ordinal));
        }

        await using var agent = RealProcess.Start(new ProcessRequest
        {
            Program = ReleasedBinaries.Agent,
            Arguments =
            [
                "--fleet-node-name=older", "--kubeconfig", cluster.AdminKubeconfigPath, "--state-dir", _folder["state"], "--workspace-dir", _folder["work"],
                "--foreman-namespace=default", "--agent-mode=stub",
            ],
        });

        await agent.WaitForLineAsync("is in the fleet as");
        Assert.Contains($"are older than this binary (they are of version 0.0.1, this program is {DefinitionsVersion.Current})", agent.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CommandRun> RunAsync(params string[] more) => CommandRun.RunAsync(new ProcessRequest
    {
        Program = ReleasedBinaries.Agent,
        Arguments = ["--fleet-node-name=bad-start", "--state-dir", _folder["state"], "--workspace-dir", _folder["work"], .. more],
    });

    private string Kubeconfig(string url, string token) => _folder.Write(
        "kubeconfig",
        $$$"""
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: c, cluster: {server: "{{{url}}}"}}]
        users: [{name: u, user: {token: "{{{token}}}"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        """);
}
