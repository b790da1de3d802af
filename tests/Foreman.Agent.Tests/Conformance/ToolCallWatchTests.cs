using Foreman.Agent.Conformance;
using Foreman.Agent.Hosting;
using Foreman.Api;
using Foreman.Probes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Agent.Tests.Conformance;

/// <summary>The watch against a real llama-server, and against addresses where none answers.</summary>
public sealed class ToolCallWatchTests
{
    [Fact]
    public async Task What_a_real_model_does_is_found_once_kept_and_shown()
    {
        var server = await LlamaServer.SharedAsync();
        using var folder = new TempFolder();
        var state = await ProbedAsync(server);
        var results = ToolCallResults.Open(folder.Path);
        var watch = new ToolCallWatch(state, results, () => 0, TimeProvider.System, NullLogger.Instance);

        Assert.True(await watch.TryNextAsync(TestContext.Current.CancellationToken));
        Assert.False(await watch.TryNextAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ToolCallForm.Native, Assert.Single(ToolCallResults.Open(folder.Path).Apply(state.Facts.Probed!).Capability.Models!).ToolCalls);
        var probe = await Support.Commands.RunAsync("probe", "--state-dir", folder.Path, "--inference-base-url-override", server.Url);
        Assert.Contains("tool calls: native", probe.Output, StringComparison.Ordinal);
        var json = await Support.Commands.RunAsync("probe", "-o", "json", "--state-dir", folder.Path, "--inference-base-url-override", server.Url);
        Assert.Contains("\"toolCalls\": \"native\"", json.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_task_runs_or_the_host_drains_nothing_is_asked()
    {
        using var folder = new TempFolder();
        using var server = new AnsweringServer(Serving);
        var state = await ProbedAsync(server.Url);
        var asked = server.Targets.Count;
        var busy = new ToolCallWatch(state, ToolCallResults.Open(folder.Path), () => 1, TimeProvider.System, NullLogger.Instance);

        Assert.False(await busy.TryNextAsync(TestContext.Current.CancellationToken));
        state.Change(f => f with { Stopping = new NotAccepting { Reason = "Draining" } });
        var draining = new ToolCallWatch(state, ToolCallResults.Open(folder.Path), () => 0, TimeProvider.System, NullLogger.Instance);
        Assert.False(await draining.TryNextAsync(TestContext.Current.CancellationToken));

        Assert.Equal(asked, server.Targets.Count);
    }

    [Fact]
    public async Task A_probe_without_an_answer_keeps_the_last_result_and_is_tried_again_after_ten_minutes()
    {
        using var folder = new TempFolder();
        var clock = new ManualTimeProvider();
        using var server = new AnsweringServer(Serving);
        var state = await ProbedAsync(server.Url);
        var build = Assert.Single(state.Facts.Probed!.Builds);
        var results = ToolCallResults.Open(folder.Path);
        results.Add(new ToolCallResult("an earlier build", build.Server, build.Model, ToolCallForm.Prompted, clock.GetUtcNow()));
        var watch = new ToolCallWatch(state, results, () => 0, clock, NullLogger.Instance);

        Assert.False(await watch.TryNextAsync(TestContext.Current.CancellationToken));
        Assert.Equal((ToolCallForm.Prompted, false), (results.Of(build), results.Has(build)));
        var asked = server.Targets.Count;
        clock.Advance(ToolCallPlan.RetryAfter - TimeSpan.FromSeconds(1));
        await watch.TryNextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(asked, server.Targets.Count);
        clock.Advance(TimeSpan.FromSeconds(2));
        await watch.TryNextAsync(TestContext.Current.CancellationToken);
        Assert.True(server.Targets.Count > asked);
    }

    [Fact]
    public async Task A_host_is_idle_for_half_a_minute_before_it_is_tried()
    {
        using var folder = new TempFolder();
        var clock = new ManualTimeProvider();
        using var server = new AnsweringServer(Serving);
        var state = await ProbedAsync(server.Url);
        var asked = server.Targets.Count;
        var slots = 1;
        using var stop = new CancellationTokenSource();
        var running = new ToolCallWatch(state, ToolCallResults.Open(folder.Path), () => Volatile.Read(ref slots), clock, NullLogger.Instance).RunAsync(stop.Token);

        for (var i = 0; i < 6; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(asked, server.Targets.Count);
        Volatile.Write(ref slots, 0);
        await clock.AdvanceUntilAsync(() => server.Targets.Count > asked, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2), "the first question");
        await stop.CancelAsync();
        await clock.AdvanceUntilAsync(() => running.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2), "the end of the watch");
    }

    // It lists a model and answers 404 to everything else: nothing can be said of such a model.
    private static string? Serving(string path) => path == "/v1/models" ? """{"data":[{"id":"m","max_model_len":4096,"owned_by":"vllm"}]}""" : null;

    private static Task<HostState> ProbedAsync(Foreman.Testing.ModelServer server) => ProbedAsync(server.Url);

    private static async Task<HostState> ProbedAsync(string url)
    {
        var state = new HostState();
        var options = new ProbeOptions { Ports = [], ModelUrls = [new Uri(url)], RequestTimeout = TimeSpan.FromSeconds(10) };
        var probed = await HostProbe.ProbeAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        state.Change(f => f with { Probed = probed });
        return state;
    }
}
