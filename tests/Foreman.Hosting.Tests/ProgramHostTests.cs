using System.Collections.Concurrent;
using Foreman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Hosting.Tests;

public sealed class ProgramHostTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _events = new();
    private readonly HostApplicationBuilder _builder;

    public ProgramHostTests() => _builder = ProgramHost.CreateBuilder("test", NullLogger.Instance, TimeProvider.System, _stop.Token);

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Services_start_in_order_and_stop_in_the_reverse_order()
    {
        Add("first");
        var started = AddLoop("loop");
        Add("last");
        var run = RunAsync();
        await started.WaitAsync(TestDeadline.Default);
        await _stop.CancelAsync();

        Assert.Equal(0, await run);

        Assert.Equal(["+first", "+last", "-last", "-loop", "-first"], _events.Where(e => e != "+loop"));
    }

    [Fact]
    public async Task A_service_decides_the_exit_code()
    {
        _builder.Services.AddLoop(provider => async _ =>
        {
            provider.GetRequiredService<HostOutcome>().ExitCode = ExitCodes.TryAgain;
            await _stop.CancelAsync();
        });

        Assert.Equal(ExitCodes.TryAgain, await RunAsync());
    }

    [Fact]
    public async Task A_loop_that_fails_stops_the_others_and_is_thrown()
    {
        Add("first");
        var started = AddLoop("loop");
        _builder.Services.AddLoop(_ => async _ =>
        {
            await started;
            throw new ExitException(ExitCodes.TryAgain, "lost");
        });

        Assert.Equal("lost", (await Assert.ThrowsAsync<ExitException>(RunAsync)).Message);

        Assert.Contains("-loop", _events);
        Assert.Equal("-first", _events.Last());
    }

    [Fact]
    public async Task A_loop_that_ends_by_itself_stops_nothing()
    {
        var ended = new TaskCompletionSource();
        _builder.Services.AddLoop(_ => _ =>
        {
            ended.SetResult();
            return Task.CompletedTask;
        });
        var run = RunAsync();

        await ended.Task.WaitAsync(TestDeadline.Default);
        Assert.False(run.IsCompleted);
        await _stop.CancelAsync();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task A_start_that_fails_stops_what_had_started()
    {
        Add("first");
        Add("second", onStart: () => throw new ExitException(ExitCodes.BadConfiguration, "no"));

        Assert.Equal("no", (await Assert.ThrowsAsync<ExitException>(RunAsync)).Message);

        Assert.Equal("-first", _events.Last());
    }

    [Fact]
    public async Task A_stop_during_the_start_cancels_it()
    {
        Add("first");
        _builder.Services.AddSingleton<IHostedService>(new Waiting(_stop));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(RunAsync);

        Assert.Equal("-first", _events.Last());
    }

    [Fact]
    public async Task A_loop_outlives_the_services_after_it_also_when_the_stop_comes_during_the_start()
    {
        var started = AddLoop("loop");
        _builder.Services.AddSingleton<IHostedService>(new Recorder(_events, "last", async () =>
        {
            await started;
            await _stop.CancelAsync();
        }));

        await Task.WhenAny(RunAsync());

        Assert.Equal(["-last", "-loop"], _events.TakeLast(2));
    }

    [Fact]
    public async Task A_stop_before_the_start_starts_nothing_for_long()
    {
        await _stop.CancelAsync();
        _builder.Services.AddSingleton<IHostedService>(new Waiting(_stop));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(RunAsync);
    }

    private Task<int> RunAsync() => ProgramHost.RunAsync(_builder).WaitAsync(TestDeadline.Default);

    private void Add(string name, Action? onStart = null) => _builder.Services.AddSingleton<IHostedService>(new Recorder(_events, name, () =>
    {
        onStart?.Invoke();
        return Task.CompletedTask;
    }));

    /// <summary>Adds a loop; the task is done when it runs.</summary>
    private Task AddLoop(string name)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _builder.Services.AddLoop(_ => async cancel =>
        {
            _events.Enqueue("+" + name);
            started.SetResult();
            await cancel.WhenCancelledAsync();
            _events.Enqueue("-" + name);
        });
        return started.Task;
    }

    private sealed class Recorder(ConcurrentQueue<string> events, string name, Func<Task> onStart) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            events.Enqueue("+" + name);
            return onStart();
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            events.Enqueue("-" + name);
            return Task.CompletedTask;
        }
    }

    private sealed class Waiting(CancellationTokenSource stop) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
