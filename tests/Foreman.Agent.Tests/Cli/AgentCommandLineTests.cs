using System.Text.Json.Nodes;
using Foreman.Agent.Tests.Support;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Cli;

public class AgentCommandLineTests
{
    [Fact]
    public async Task An_unknown_flag_is_usage()
    {
        var run = await Commands.RunAsync("--no-such-flag");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--no-such-flag", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_value_is_usage_and_says_what_was_expected()
    {
        var run = await Commands.RunAsync("--drain-timeout", "soon", "--agent-mode=turbo");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--drain-timeout: `soon` is not valid: expected a duration", run.Error, StringComparison.Ordinal);
        Assert.Contains("--agent-mode: `turbo` is not valid: expected native or stub", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_every_flag_with_its_default_and_variable()
    {
        var run = await Commands.RunAsync("--help");

        Assert.Equal(0, run.ExitCode);
        foreach (var flag in Foreman.Agent.Cli.AgentFlags.All)
        {
            Assert.Contains("--" + flag.Name, run.Output, StringComparison.Ordinal);
            Assert.Contains(flag.Variable, run.Output.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_task_needs_the_pod_of_a_Job_and_an_attempt()
    {
        var elsewhere = await Commands.RunAsync("run-task", "--task", "t", "--namespace", "default", "--attempt", "1");
        var incomplete = await Commands.RunAsync("run-task", "--task", "t", "--namespace", "default");

        Assert.Equal(78, elsewhere.ExitCode);
        Assert.Contains("run-task runs in the pod of a Job", elsewhere.Error, StringComparison.Ordinal);
        Assert.Equal(2, incomplete.ExitCode);
        Assert.Contains("--attempt", incomplete.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_prints_JSON_that_names_a_real_model_server()
    {
        var server = await LlamaServer.SharedAsync();

        var run = await Commands.RunAsync("probe", "--output", "json", "--fleet-node-name", "here", "--inference-base-url-override", server.Url);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var report = JsonNode.Parse(run.Output)!;
        Assert.Equal("here", report["node"]!.GetValue<string>());
        Assert.Equal(2, report["slots"]!.GetValue<int>());
        Assert.Equal("llama.cpp", report["capability"]!["modelServers"]![0]!["kind"]!.GetValue<string>());
        Assert.Equal(2048, report["capability"]!["maxContextTokens"]!.GetValue<int>());
        Assert.True(report["capability"]!["totalRAMGB"]!.GetValue<int>() > 0, run.Output);
    }

    [Fact]
    public async Task Probe_prints_text_for_people_and_what_is_wrong_with_a_URL()
    {
        var port = FreePort.NextClosed();

        var run = await Commands.RunAsync("probe", "--inference-base-url-override", $"http://127.0.0.1:{port}");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("GiB available", run.Output, StringComparison.Ordinal);
        Assert.Contains($"openai at http://127.0.0.1:{port}, from this host only, unhealthy", run.Output, StringComparison.Ordinal);
        Assert.Contains("nothing listens there", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_takes_its_flags_before_and_after_its_name()
    {
        var before = await Commands.RunAsync("--fleet-node-name=one", "probe");
        var after = await Commands.RunAsync("probe", "--fleet-node-name=one");

        Assert.StartsWith("host          one (", before.Output, StringComparison.Ordinal);
        Assert.StartsWith("host          one (", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_switch_does_not_take_the_command_for_its_value()
    {
        var run = await Commands.RunAsync("--verbose", "probe", "--fleet-node-name=one");
        var wrong = await Commands.RunAsync("probe", "--verbose=maybe");

        Assert.StartsWith("host          one (", run.Output, StringComparison.Ordinal);
        Assert.Equal((2, "foreman-agent: --verbose: `maybe` is not valid: expected true or false\n"), (wrong.ExitCode, wrong.Error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Of_a_flag_that_is_given_twice_the_last_one_counts()
    {
        var run = await Commands.RunAsync("probe", "--fleet-node-name=one", "--fleet-node-name", "two", "--verbose");

        Assert.StartsWith("host          two (", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_that_cannot_be_read_is_bad_configuration()
    {
        using var folder = new TempFolder();

        var run = await Commands.RunAsync("--kubeconfig", folder["none"], "--state-dir", folder["state"], "--workspace-dir", folder["work"]);

        Assert.Equal(78, run.ExitCode);
        Assert.Contains(folder["none"], run.Error, StringComparison.Ordinal);
    }
}
