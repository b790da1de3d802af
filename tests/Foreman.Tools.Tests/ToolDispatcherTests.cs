using System.Text;
using System.Text.Json;
using Foreman.Api;
using Foreman.Testing;
using Foreman.Tools.Workspaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Tools.Tests;

/// <summary>Whatever a tool does, the loop gets an answer for the model, in time and within bounds.</summary>
public sealed class ToolDispatcherTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(KnownTools.Grep, "error: grep timed out after 5 s; ask for less at once")]
    [InlineData(KnownTools.WriteFile, "error: write_file timed out after 5 s; it may have been done in part or be done later, so look before you repeat it")]
    public async Task A_tool_that_heeds_its_deadline_timed_out_for_the_model(string name, string told)
    {
        using var tools = Harness(new TestTool(name, async stop =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop);
            return new ToolOutcome("never");
        }));

        var call = tools.CallAsync(name, "{}", CancellationToken.None);
        await _time.AdvanceUntilAsync(() => call.IsCompleted, TimeSpan.FromSeconds(1), Deadline * 2, "the call times out");

        Assert.Equal((told, true, name == KnownTools.WriteFile), ((await call).Text, (await call).IsError, (await call).ChangesAreIncomplete));
    }

    [Fact]
    public async Task A_tool_that_hangs_and_ignores_cancellation_is_left_behind_and_the_next_call_runs()
    {
        var released = new TaskCompletionSource();
        using var tools = Harness(
            new TestTool(KnownTools.WriteFile, async _ =>
            {
                await released.Task;
                return new ToolOutcome("late");
            }),
            new TestTool(KnownTools.Grep, _ => Task.FromResult(new ToolOutcome("found"))));

        var call = tools.CallAsync(KnownTools.WriteFile, "{}", CancellationToken.None);
        await _time.AdvanceUntilAsync(() => call.IsCompleted, TimeSpan.FromSeconds(1), Deadline * 2, "the call times out");

        Assert.StartsWith("error: write_file timed out after 5 s", (await call).Text, StringComparison.Ordinal);
        Assert.Equal("found", (await tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None)).Text);
        released.SetResult();
    }

    [Fact]
    public async Task A_tool_that_blocks_its_thread_is_left_behind_too()
    {
        using var released = new ManualResetEventSlim();
        using var tools = Harness(new TestTool(KnownTools.Grep, _ =>
        {
            released.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
            return Task.FromResult(new ToolOutcome("late"));
        }));

        var call = tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None);
        await _time.AdvanceUntilAsync(() => call.IsCompleted, TimeSpan.FromSeconds(1), Deadline * 2, "the call times out");

        Assert.True((await call).IsError);
        released.Set();
    }

    [Fact]
    public async Task The_workspace_stays_open_until_a_call_that_was_left_behind_has_ended()
    {
        var released = new TaskCompletionSource();
        var wrote = new TaskCompletionSource<string>();
        using var folder = new TempFolder();
        var workspace = Workspace.Open(folder.Path);
        var tools = new ToolDispatcher(
            new ToolCatalog([new TestTool(KnownTools.WriteFile, async _ =>
            {
                await released.Task;
                workspace.Write(WorkspacePath.Parse("late.txt"), "late"u8);
                wrote.SetResult(File.ReadAllText(folder["late.txt"]));
                return new ToolOutcome("late");
            })]),
            workspace,
            new ToolSettings(Deadline),
            _time,
            NullLogger.Instance);
        var call = tools.RunAsync(new ToolCall("1", KnownTools.WriteFile, "{}"), CancellationToken.None).AsTask();
        await _time.AdvanceUntilAsync(() => call.IsCompleted, TimeSpan.FromSeconds(1), Deadline * 2, "the call times out");

        tools.Dispose();
        released.SetResult();

        Assert.Equal("late", await wrote.Task);
        await Eventually.TrueAsync(() => Closed(workspace), "the workspace is closed after the call");
    }

    [Theory]
    [InlineData('x', 1)]
    [InlineData('ü', 2)]
    [InlineData('€', 3)]
    public async Task A_tool_that_floods_is_cut_between_characters_with_a_note(char letter, int bytes)
    {
        using var tools = Harness(new TestTool(KnownTools.Grep, _ => Task.FromResult(new ToolOutcome(new string(letter, 10_000)))));

        var outcome = await tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None);

        var text = outcome.Text;
        Assert.Equal(((long?)(10_000L * bytes), (string?)null), (outcome.WholeBytes, outcome.Stored));
        var (kept, note) = (text[..text.IndexOf('\n', StringComparison.Ordinal)], text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        Assert.Equal($"[cut: the output had {10_000 * bytes} bytes, at most 1024 are returned; ask for less at once]", note);
        Assert.Equal(new string(letter, kept.Length), kept);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1024 - bytes, 1024);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ü")]
    [InlineData("😀")]
    public async Task What_a_tool_floods_is_kept_where_results_are_and_shown_as_head_and_tail(string letter)
    {
        using var folder = new TempFolder();
        var whole = $"first {string.Concat(Enumerable.Repeat(letter, 5000))} last";
        using var tools = new ToolHarness(new ToolCatalog([new TestTool(KnownTools.Grep, _ => Task.FromResult(new ToolOutcome(whole)))]), _time, results: folder["results"]);

        var outcome = await tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None);

        Assert.Equal(("result:000000001", (long?)Encoding.UTF8.GetByteCount(whole)), (outcome.Stored, outcome.WholeBytes));
        Assert.Equal(whole, File.ReadAllText(folder["results/000000001"]));
        Assert.StartsWith("first ", outcome.Text, StringComparison.Ordinal);
        Assert.EndsWith(" last", outcome.Text, StringComparison.Ordinal);
        Assert.Contains(
            $"\n[cut: the output has {Encoding.UTF8.GetByteCount(whole)} bytes, at most 1024 are returned; all of it is kept: read_file or grep with path \"result:000000001\"]\n",
            outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\ufffd', outcome.Text);
        Assert.InRange(Encoding.UTF8.GetByteCount(outcome.Text), 1000, 1024);
    }

    [Fact]
    public async Task A_fault_of_a_tool_is_an_error_for_the_model()
    {
        using var tools = Harness(new TestTool(KnownTools.Grep, _ => throw new InvalidOperationException("no such\u001bthing")));

        var outcome = await tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None);

        Assert.Equal(("error: grep failed: InvalidOperationException: no such\\u001bthing", true), (outcome.Text, outcome.IsError));
    }

    [Fact]
    public async Task A_fault_of_a_tool_is_logged_with_its_exception_and_without_the_arguments()
    {
        var fault = new InvalidOperationException("no such thing");
        using var tools = Harness(new TestTool(KnownTools.Grep, _ => throw fault));

        await tools.CallAsync(KnownTools.Grep, """{"pattern":"a secret"}""", CancellationToken.None);

        Assert.Equal((LogLevel.Error, "The tool grep failed unexpectedly", fault), Assert.Single(tools.Logged.Entries));
    }

    [Fact]
    public async Task What_a_tool_may_answer_with_is_not_logged()
    {
        using var tools = Harness(
            new TestTool(KnownTools.Grep, _ => throw new ToolArgumentException("no pattern")),
            new TestTool(KnownTools.WriteFile, _ => throw new IOException("disk full")));

        Assert.True((await tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None)).IsError);
        Assert.True((await tools.CallAsync(KnownTools.WriteFile, "{}", CancellationToken.None)).IsError);

        Assert.Empty(tools.Logged.Entries);
    }

    [Fact]
    public async Task What_a_call_that_failed_on_the_way_has_changed_is_not_known()
    {
        using var tools = Harness(
            new TestTool(KnownTools.Grep, _ => throw new IOException("disk full")),
            new TestTool(KnownTools.WriteFile, _ => throw new IOException("disk full")),
            new TestTool(KnownTools.Bash, _ => throw new InvalidOperationException("a fault")),
            new TestTool(KnownTools.StrReplace, _ => throw new ToolArgumentException("no text")));

        var unsure = new List<bool>();
        foreach (var name in (string[])[KnownTools.Grep, KnownTools.WriteFile, KnownTools.Bash, KnownTools.StrReplace])
        {
            unsure.Add((await tools.CallAsync(name, "{}", CancellationToken.None)).ChangesAreIncomplete);
        }

        Assert.Equal([false, true, true, false], unsure);
    }

    [Fact]
    public async Task A_tool_that_cancels_itself_is_an_error_and_not_the_end_of_the_run()
    {
        using var tools = Harness(new TestTool(KnownTools.Grep, _ => throw new OperationCanceledException("on my own")));

        Assert.Equal("error: grep failed: OperationCanceledException: on my own", (await tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None)).Text);
    }

    [Theory]
    [InlineData(KnownTools.WriteFile, "error: the tool write_file exists but is not allowed to this agent; it may use grep")]
    [InlineData("rm\n-rf", "error: there is no tool `rm\\u000a-rf`; there are grep")]
    public async Task A_tool_that_is_not_allowed_is_refused_by_name(string name, string told)
    {
        using var tools = Harness(new TestTool(KnownTools.Grep, _ => throw new InvalidOperationException("called")));

        Assert.Equal(told, (await tools.CallAsync(name, "{}", CancellationToken.None)).Text);
    }

    [Fact]
    public async Task A_stopped_run_stops_a_tool_that_only_reads()
    {
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        using var tools = Harness(new TestTool(KnownTools.Grep, async cancelled =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancelled);
            return new ToolOutcome("never");
        }));

        var call = tools.CallAsync(KnownTools.Grep, "{}", stop.Token);
        await started.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tools.CallAsync(KnownTools.Grep, "{}", stop.Token));
    }

    [Fact]
    public async Task A_stopped_run_lets_a_tool_that_changes_files_finish()
    {
        using var stop = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        using var tools = Harness(new TestTool(KnownTools.WriteFile, async cancelled =>
        {
            started.SetResult();
            await released.Task.WaitAsync(cancelled);
            return new ToolOutcome("written");
        }));

        var call = tools.CallAsync(KnownTools.WriteFile, "{}", stop.Token);
        await started.Task;
        await stop.CancelAsync();
        released.SetResult();

        Assert.Equal("written", (await call).Text);
    }

    [Fact]
    [Trait("Kind", "3")]
    public async Task A_stopped_run_gives_a_tool_that_changes_files_a_second_to_finish()
    {
        using var stop = new CancellationTokenSource();
        using var tools = Harness(new TestTool(KnownTools.WriteFile, async cancelled =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancelled);
            return new ToolOutcome("never");
        }));

        var call = tools.CallAsync(KnownTools.WriteFile, "{}", stop.Token);
        await stop.CancelAsync();
        await _time.AdvanceUntilAsync(() => call.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), "the call is stopped");

        Assert.Equal("error: write_file was stopped with the run; it may have been done in part or be done later, so look before you repeat it", (await call).Text);
    }

    [Fact]
    [Trait("Kind", "3")]
    public async Task A_tool_that_hangs_while_its_run_is_stopped_is_left_behind_within_seconds()
    {
        using var stop = new CancellationTokenSource();
        var released = new TaskCompletionSource();
        using var tools = Harness(new TestTool(KnownTools.WriteFile, async _ =>
        {
            await released.Task;
            return new ToolOutcome("late");
        }));

        var call = tools.CallAsync(KnownTools.WriteFile, "{}", stop.Token);
        await stop.CancelAsync();
        await _time.AdvanceUntilAsync(() => call.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), "the call is left behind");

        Assert.StartsWith("error: write_file was stopped with the run", (await call).Text, StringComparison.Ordinal);
        released.SetResult();
    }

    [Fact]
    [Trait("Kind", "3")]
    public async Task A_call_has_the_time_of_the_run_where_its_tool_has_none_of_its_own()
    {
        using var tools = new ToolHarness(
            new ToolCatalog([new TestTool(KnownTools.Grep, async stop =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop);
                return new ToolOutcome("never");
            }) { Deadline = null }]),
            _time,
            TimeSpan.FromSeconds(7));

        var call = tools.CallAsync(KnownTools.Grep, "{}", CancellationToken.None);
        await _time.AdvanceUntilAsync(() => call.IsCompleted, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), "the call times out");

        Assert.Equal("error: grep timed out after 7 s; ask for less at once", (await call).Text);
    }

    [Fact]
    public void Only_an_allowed_tool_that_changes_something_needs_an_intent_record()
    {
        using var folder = new TempFolder();
        using var tools = new ToolDispatcher(
            ToolCatalog.Of([KnownTools.Grep, KnownTools.WriteFile]), Workspace.Open(folder.Path), new ToolSettings(Deadline), _time, NullLogger.Instance);

        Assert.Equal(
            [true, false, false, false],
            new[] { KnownTools.WriteFile, KnownTools.Grep, KnownTools.StrReplace, KnownTools.Bash }.Select(name => tools.NeedsIntent(new ToolCall("1", name, "{}"))));
    }

    private static bool Closed(Workspace workspace)
    {
        try
        {
            _ = workspace.List(WorkspacePath.Parse(""), null, 1, ToolHarness.Unlimited);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        catch (WorkspaceException)
        {
            // The number of the closed handle is taken to be none.
            return true;
        }
    }

    private ToolHarness Harness(params ITool[] tools) => new(new ToolCatalog(tools), _time);

    private sealed class TestTool(string name, Func<CancellationToken, Task<ToolOutcome>> run) : ITool
    {
        public ToolDefinition Definition { get; } = new(name, "for a test", """{"type":"object"}""");

        public TimeSpan? Deadline { get; init; } = ToolDispatcherTests.Deadline;

        public ToolLimits Limits => new(1024);

        public TimeSpan DeadlineIn(ToolSettings settings) => Deadline ?? settings.Timeout;

        public async ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget) => await run(budget.Stop);
    }
}
