using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Foreman.Agent.Tests.Support;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Scenarios;

public class TelemetryTests
{
    [Theory, DevCluster]
    public async Task Metrics_of_the_agent_arrive_at_the_collector(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        await using var receiver = OtlpReceiver.Start();
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, receiver.Environment);

        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/metrics", "kubernetes.client.requests"), "metrics of the client");
        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/metrics", "kubernetes.reflector.objects"), "metrics of the reflectors");
        Assert.True(receiver.HasReceived("/v1/metrics", "foreman-agent"));
        Assert.DoesNotContain("Telemetry is not exported", agent.Process.Output, StringComparison.Ordinal);
    }

    [Theory, DevCluster]
    public async Task Spans_of_a_run_arrive_at_the_collector(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        var server = await LlamaServer.SharedAsync();
        await using var receiver = OtlpReceiver.Start();
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, receiver.Environment, "--agent-mode=native", "--inference-base-url-override", server.Url);
        var probed = Assert.Single((await fleet.NodeAsync(agent.Node)).Status!.Capability!.Models!);

        await fleet.AssignNewTaskAsync(
            "write", agent.Node, "Write a file named hello.txt with the text: good morning",
            new PromisedModel { Name = probed.Name, Server = ModelServerKind.LlamaCpp, Url = probed.Server });

        await fleet.WhenTaskAsync("write", t => t.IsTerminal(), "the task to end");
        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/traces", "invoke_agent"), "the span of the run");
        Assert.True(receiver.HasReceived("/v1/traces", "execute_tool write_file"));
        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/metrics", "gen_ai.client.token.usage"), "metrics of the run");
    }

    [Theory, DevCluster]
    public async Task A_failing_export_is_logged(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        var environment = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{FreePort.NextClosed()}",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
        };

        await using var agent = await AgentUnderTest.JoinedAsync(fleet, environment);

        await agent.Process.WaitForLineAsync("warn +Telemetry is not exported");
    }

    [Theory, DevCluster]
    public async Task A_collector_that_does_not_answer_does_not_hold_up_the_end(IClusterUnderTest cluster)
    {
        using var fleet = await FleetUnderTest.InAsync(cluster);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var environment = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}" };
        await using var agent = await AgentUnderTest.JoinedAsync(fleet, environment);
        agent.Process.Send(Signal.Terminate);
        await agent.Process.WaitForLineAsync("Stopped");
        var clock = Stopwatch.StartNew();

        Assert.Equal(0, await agent.Process.WaitForExitAsync());

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }
}
