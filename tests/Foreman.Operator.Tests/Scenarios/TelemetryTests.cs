using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

public sealed class TelemetryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Metrics_of_the_operator_arrive_at_the_collector()
    {
        await using var receiver = OtlpReceiver.Start();
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        await ForemanDefinitions.InstallAsync(cluster);
        await using var daemon = RealProcess.Start(new ProcessRequest
        {
            Program = ReleasedBinaries.Operator,
            Arguments =
            [
                "run", "--kubeconfig", cluster.AdminKubeconfigPath, "--state-dir", _folder.Path,
                "--metrics-bind-address", "0", "--health-probe-bind-address", "0",
            ],
            Environment = receiver.Environment,
        });

        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/metrics", "foreman_scheduler_decision_seconds"), "metrics of the scheduler");
        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/metrics", "kubernetes.client.requests"), "metrics of the client");
        Assert.True(receiver.HasReceived("/v1/metrics", "foreman-operator"));

        // The last export has a bound on its time, so what is logged after the signal depends on how busy the machine is.
        var output = daemon.Output;
        Assert.False(output.Contains("Telemetry is not exported", StringComparison.Ordinal), output);
        daemon.Send(Signal.Terminate);
        Assert.Equal(0, await daemon.WaitForExitAsync());
    }
}
