using Foreman.AgentLoop.Tests.Model;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.AgentLoop.Tests.Scenarios;

/// <summary>When a run says that it goes on although no turn has ended.</summary>
[Trait("Kind", "1")]
public sealed class SignsOfLifeTests : IDisposable
{
    private const string Word = """{"choices":[{"index":0,"delta":{"reasoning_content":"hm "}}]}""";

    private readonly ManualTimeProvider _clock = new();
    private readonly LoopHarness _loop;

    public SignsOfLifeTests() => _loop = new LoopHarness { Time = _clock };

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task An_answer_that_streams_for_20_minutes_gives_one_with_each_of_its_pieces()
    {
        await using var server = new ScriptedServer(async e =>
        {
            await e.BeginStreamAsync();
            for (var minute = 0; minute < 20; minute++)
            {
                await AnsweredByASignAsync(() => e.SendAsync($"data: {Word}\n\n"));
                _clock.Advance(TimeSpan.FromMinutes(1));
            }

            await e.SendAsync($"data: {ScriptedServer.CallDelta("submit_result", """{"verdict":"GO","summary":"done","commit_message":"Add it"}""")}\n\ndata: [DONE]\n\n");
        });

        var result = await _loop.RunAsync(server.Endpoint, "Think").WaitAsync(TestDeadline.Default);

        Assert.Equal(Verdict.Go, result.Envelope.Verdict);
        Assert.True(_clock.Elapsed >= TimeSpan.FromMinutes(20));
        Assert.True(LongestGap() <= TimeSpan.FromMinutes(1), $"{LongestGap()} without a sign");
    }

    [Fact]
    public async Task A_server_that_hangs_in_its_answer_gives_none_until_it_is_given_up()
    {
        await using var server = new ScriptedServer(async e =>
        {
            await e.BeginStreamAsync();
            await e.SendAsync($"data: {Word}\n\n");
            await e.HangAsync();
        });

        var run = _loop.RunAsync(server.Endpoint, "Think");
        await _clock.AdvanceUntilAsync(() => run.IsCompleted, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), "the run to end");

        Assert.Equal(FailureReason.InferenceServiceUnavailable, (await run).Envelope.FailureReason);
        Assert.True(LongestGap() >= TimeSpan.FromSeconds(120), $"{LongestGap()} without a sign");
    }

    [Fact]
    public async Task A_long_wait_for_the_server_gives_one_every_30_seconds()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Status(429, """{"error":"queue full"}""", header: "Retry-After: 600\r\n"), ScriptedServer.Submit());
        var run = _loop.RunAsync(server.Endpoint, "Think");

        for (var signs = 1; signs <= 20; signs++)
        {
            await Eventually.TrueAsync(() => _loop.Signs.Count(s => s.During == "wait") == signs, $"{signs} signs of the wait");
            Assert.False(run.IsCompleted);
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(Verdict.Go, (await run.WaitAsync(TestDeadline.Default)).Envelope.Verdict);
        Assert.True(LongestGap() <= TimeSpan.FromSeconds(30), $"{LongestGap()} without a sign");
    }

    [Fact]
    public async Task A_prompt_that_a_slow_server_reads_for_long_gives_one_now_and_then()
    {
        var (asked, read) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = new ScriptedServer(async e =>
        {
            asked.SetResult();
            await read.Task;
            await ScriptedServer.Submit()(e);
        });
        var run = _loop.RunAsync(server.Endpoint with { PromptTokensPerSecond = 1 }, new string('x', 6000));
        try
        {
            await asked.Task.WaitAsync(TestDeadline.Default);
            await _clock.AdvanceUntilAsync(() => _loop.Signs.Count >= 20, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(20), "a sign a minute");
            Assert.False(run.IsCompleted);
        }
        finally
        {
            read.SetResult();
        }

        Assert.Equal(Verdict.Go, (await run.WaitAsync(TestDeadline.Default)).Envelope.Verdict);
    }

    [Fact]
    public async Task Each_tool_call_of_a_turn_gives_one()
    {
        await using var server = new ScriptedServer(
            ScriptedServer.Events(
                ScriptedServer.CallDelta("write_file", """{"path":"a","content":"1"}"""),
                ScriptedServer.CallDelta("write_file", """{"path":"b","content":"2"}""", 1),
                ScriptedServer.CallDelta("write_file", """{"path":"c","content":"3"}""", 2),
                """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
                "[DONE]"),
            ScriptedServer.Submit());

        var result = await _loop.RunAsync(server.Endpoint, "Write").WaitAsync(TestDeadline.Default);

        Assert.Equal((Verdict.Go, 3), (result.Envelope.Verdict, _loop.Signs.Count(s => s.During == nameof(ToolIntended))));
        Assert.Equal(3, _loop.Edited);
    }

    [Fact]
    public async Task Comments_that_only_keep_the_connection_open_are_signs_until_the_time_of_the_run_is_over()
    {
        Task<AgentRunResult>? run = null;
        var pings = 0;
        await using var server = new ScriptedServer(async e =>
        {
            await e.BeginStreamAsync();
            for (; run is not { IsCompleted: true }; pings++)
            {
                await AnsweredByASignAsync(() => e.SendAsync(": ping\n\n"), () => run is { IsCompleted: true });
                _clock.Advance(TimeSpan.FromMinutes(1));
            }
        });

        run = _loop.RunAsync(server.Endpoint, "Think");
        var result = await run.WaitAsync(TestDeadline.Default);

        Assert.Equal(FailureReason.Timeout, result.Envelope.FailureReason);
        Assert.InRange(pings, 59, 62);
        Assert.InRange(_clock.Elapsed, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(62));
    }

    private async Task AnsweredByASignAsync(Func<Task> send, Func<bool>? orElse = null)
    {
        var before = _loop.Signs.Count;
        await send();
        await Eventually.TrueAsync(() => _loop.Signs.Count > before || orElse?.Invoke() == true, "a sign of the run");
    }

    private TimeSpan LongestGap()
    {
        var times = _loop.Signs.Select(s => s.At).ToList();
        return times.Zip(times.Skip(1), (a, b) => b - a).Max();
    }
}
