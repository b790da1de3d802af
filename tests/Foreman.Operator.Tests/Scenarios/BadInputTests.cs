using System.Net;
using System.Net.Sockets;
using Foreman.Api;
using Foreman.Operator.Tests.Cli;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

public sealed class BadInputTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--no-such-flag")]
    [InlineData("run", "--leader-elect=maybe")]
    [InlineData("try", "--nodes", "0")]
    [InlineData("try", "--nodes", "many")]
    [InlineData("try", "--output", "xml")]
    [InlineData("try", "--model-url", "nowhere")]
    [InlineData("try", "--prompt", " ")]
    [InlineData("dispatch")]
    [InlineData("dispatch", "x", "--repo", "o/r")]
    [InlineData("dispatch", "42", "--repo", "o/r", "--kubeconfig", "/no/such/file")]
    [InlineData("demo-model", "--port", "70000")]
    [InlineData("dance")]
    public async Task A_wrong_command_line_is_told_in_one_line_and_ends_with_2(params string[] arguments)
    {
        var run = await CommandRunner.RunAsync(arguments);

        Assert.Equal(2, run.Code);
        Assert.StartsWith("foreman-operator: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreadable_kubeconfig_is_named()
    {
        var run = await DaemonAsync(_folder["none"]);

        Assert.Equal(78, run.Code);
        Assert.Contains(_folder["none"], run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_api_server_is_worth_another_try()
    {
        var kubeconfig = _folder.Write("kc", KubeconfigText.ForToken($"http://127.0.0.1:{FreePort.NextClosed()}", "", "t").Replace("    certificate-authority-data: \n", "", StringComparison.Ordinal));

        var run = await DaemonAsync(kubeconfig, "--start-timeout", "0");

        Assert.Equal(75, run.Code);
        Assert.Contains("can't be reached", run.Error, StringComparison.Ordinal);
        Assert.Contains("--start-timeout", run.Error, StringComparison.Ordinal);
    }

    [Theory, DevCluster, KubeApiServer]
    public async Task A_wrong_token_is_bad_configuration(IClusterUnderTest cluster)
    {
        var good = File.ReadAllText(await cluster.KubeconfigForAsync("somebody", "default"));
        var bad = _folder.Write("kc", System.Text.RegularExpressions.Regex.Replace(good, "token: .*", "token: wrong"));

        var run = await DaemonAsync(bad);

        Assert.Equal(78, run.Code);
        Assert.Contains("does not accept our credentials (401)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_without_our_kinds_says_what_to_install()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();

        var run = await DaemonAsync(cluster.AdminKubeconfigPath);

        Assert.Equal(78, run.Code);
        Assert.Contains("install the CRDs", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_definitions_are_told_apart_from_none()
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        await cluster.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", OldDefinition);

        var run = await DaemonAsync(cluster.AdminKubeconfigPath, "--start-timeout", "1s");

        Assert.Equal(78, run.Code);
        Assert.Contains("these CRDs are older than this binary (AgenticTask has no status.attempt): helm upgrade", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n              resumedFrom:", "\n              oldResumedFrom:", "AgenticTask has no status.resumedFrom")]
    [InlineData("\n              bashTimeoutSeconds:", "\n              oldBashTimeoutSeconds:", "Agent has no spec.bashTimeoutSeconds")]
    [InlineData("definitions-version: \"", "definitions-version: \"0.0.1\" # ", "they are of version 0.0.1, this program is ")]
    public async Task A_field_that_was_taken_out_and_an_older_version_are_told(string old, string replacement, string told)
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        foreach (var definition in CustomResources.All.Values)
        {
            await cluster.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.Replace(old, replacement, StringComparison.Ordinal));
        }

        var run = await DaemonAsync(cluster.AdminKubeconfigPath, "--start-timeout", "1s");

        Assert.Equal(78, run.Code);
        Assert.Contains($"these CRDs are older than this binary ({told}", run.Error, StringComparison.Ordinal);
        Assert.Contains("): helm upgrade", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other-version: \"")]
    [InlineData("definitions-version: \"of our own, after ")]
    public async Task Definitions_that_lack_only_a_version_are_told_and_the_operator_starts(string replacement)
    {
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        foreach (var definition in CustomResources.All.Values)
        {
            await cluster.CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.Replace("definitions-version: \"", replacement, StringComparison.Ordinal));
        }

        await using var daemon = RealProcess.Start(new ProcessRequest
        {
            Program = ReleasedBinaries.Operator,
            Arguments =
            [
                "run", "--kubeconfig", cluster.AdminKubeconfigPath, "--state-dir", _folder.Path,
                "--metrics-bind-address", "0", "--health-probe-bind-address", "0",
            ],
        });

        await daemon.WaitForLineAsync("may be older than this binary .they carry no version");
        daemon.Send(Signal.Terminate);
        Assert.Equal(0, await daemon.WaitForExitAsync());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_the_flag_that_moves_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var cluster = await EmbeddedDevCluster.StartAsync();

        var daemon = await CommandRunner.RunAsync("run", "--kubeconfig", cluster.AdminKubeconfigPath, "--state-dir", _folder.Path, "--metrics-bind-address", "0", "--health-probe-bind-address", $"127.0.0.1:{port}");
        var model = await CommandRunner.RunAsync("demo-model", "--port", $"{port}");
        var dev = await CommandRunner.RunAsync("dev-cluster", "--port", $"{port}");

        Assert.Equal((75, 1, 1), (daemon.Code, model.Code, dev.Code));
        Assert.Contains("--health-probe-bind-address", daemon.Error, StringComparison.Ordinal);
        Assert.Contains($"port {port} on 127.0.0.1 cannot be listened on", model.Error, StringComparison.Ordinal);
        Assert.Contains($"port {port} on 127.0.0.1 cannot be listened on", dev.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_command_outside_of_a_cluster_the_way_on_is_shown()
    {
        var run = await CommandRunner.RunAsync();

        Assert.Equal(2, run.Code);
        Assert.Contains("foreman-operator try", run.Error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Out, string Error)> DaemonAsync(string kubeconfig, params string[] more) => CommandRunner.RunAsync(
        ["run", "--kubeconfig", kubeconfig, "--state-dir", _folder.Path, "--metrics-bind-address", "0", "--health-probe-bind-address", "0", .. more]);

    private const string OldDefinition =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: agentictasks.foreman.llmkube.dev}
        spec:
          group: foreman.llmkube.dev
          names: {kind: AgenticTask, plural: agentictasks, singular: agentictask, listKind: AgenticTaskList}
          scope: Namespaced
          versions:
          - name: v1alpha1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
                  status: {type: object, properties: {phase: {type: string}}}
        """;
}
