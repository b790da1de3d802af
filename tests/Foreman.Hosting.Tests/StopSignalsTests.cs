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
    [Trait("Kind", "3")]
    public async Task A_process_that_has_not_stopped_five_seconds_after_the_second_request_is_ended()
    {
        var ended = new TaskCompletionSource();
        using var signals = new StopSignals(() => ended.SetResult(), TimeSpan.FromMilliseconds(50));
        Assert.True(StopSignals.StopNowLimit < TimeSpan.FromSeconds(5));

        signals.Request();
        signals.Request();
        signals.Request();

        await ended.Task.WaitAsync(TestDeadline.Default);
    }

    [Fact]
    [Trait("Kind", "3")]
    public async Task A_process_that_has_stopped_is_not_ended_again()
    {
        var isEnded = false;
        var signals = new StopSignals(() => isEnded = true, TimeSpan.FromMinutes(1));
        signals.Request();
        signals.Request();
        await signals.StopNow.WhenCancelledAsync().WaitAsync(TestDeadline.Default);

        signals.Dispose();

        Assert.True(signals.Watch!.Join(TestDeadline.Default), "the watch to end");
        Assert.False(isEnded);
    }

    [Fact]
    public async Task Waiting_for_a_cancelled_token_returns() => await new CancellationToken(canceled: true).WhenCancelledAsync().WaitAsync(TestDeadline.Default);
}
