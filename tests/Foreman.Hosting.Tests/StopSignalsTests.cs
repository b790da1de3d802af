using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Foreman.Testing;

namespace Foreman.Hosting.Tests;

public class StopSignalsTests
{
    [Fact]
    public async Task The_first_request_stops_and_the_second_stops_immediately()
    {
        using var signals = new StopSignals();

        signals.Request();
        await signals.Stop.WhenCancelledAsync().WaitAsync(TestDeadline.Default);
        Assert.False(signals.StopNow.IsCancellationRequested);
        signals.Request();

        await signals.StopNow.WhenCancelledAsync().WaitAsync(TestDeadline.Default);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_signal_of_the_process_is_a_request()
    {
        using var signals = StopSignals.Listen(PosixSignal.SIGCONT);

        // A signal that ends nothing by default, sent to this very process.
        (await CommandRun.RunAsync(new ProcessRequest { Program = "/bin/sh", Arguments = ["-c", $"kill -CONT {Environment.ProcessId}"] })).Succeeded();

        await signals.Stop.WhenCancelledAsync().WaitAsync(TestDeadline.Default);
    }

    [Fact]
    public async Task Waiting_for_a_cancelled_token_returns() => await new CancellationToken(canceled: true).WhenCancelledAsync().WaitAsync(TestDeadline.Default);
}
