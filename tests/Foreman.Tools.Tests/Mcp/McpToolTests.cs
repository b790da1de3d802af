using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Tools.Tests.Mcp;

/// <summary>Calls of a program that shares the workspace, which is looked through before and after each of them.</summary>
public sealed class McpToolTests
{
    private const int FirstLook = 2;
    private const int SecondLook = 3;

    [Theory]
    [InlineData(FirstLook)]
    [InlineData(SecondLook)]
    public async Task The_time_out_of_a_server_is_told_as_such_however_long_the_looks_last(int slow)
    {
        var clock = new ManualTimeProvider();
        var dispatching = new SlowClock(clock, slow);
        var folder = new TempFolder();
        var server = new McpServer { Name = "w", Transport = McpTransport.Stdio, Command = CommandMcpServer.Program, Args = CommandMcpServer.Arguments };
        await using var peers = await McpPeers.ConnectAsync(new AgentMcp { Servers = [server], CallTimeout = "30s" }, folder: folder, time: clock, calls: dispatching);
        Assert.Empty(peers.Faults);

        var calling = peers.CallAsync("mcp__w__run", $$"""{"text":{{ToolHarness.Quote($"touch {folder["asked"]}; sleep 600")}}}""");
        dispatching.Call = calling;
        await Eventually.TrueAsync(() => File.Exists(folder["asked"]), "the server to be asked");
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(calling.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var outcome = await calling;

        Assert.Equal("error: mcp__w__run: the server w did not answer within 30 s; it may still have done it, so look before you repeat it", outcome.Text);
        Assert.Equal(["asked"], outcome.Changes.Select(c => c.Path));
        Assert.True(outcome.ChangesAreIncomplete);
        Assert.True(dispatching.WasSlow);
    }

    /// <summary>A clock one reading of which takes long, as if the disk were slow: a budget reads it when it begins.</summary>
    /// <param name="clock">The clock itself.</param>
    /// <param name="slow">Which reading, from one: the dispatcher's own comes first, then those of the two looks.</param>
    private sealed class SlowClock(ManualTimeProvider clock, int slow) : TimeProvider
    {
        private const int Seconds = 12;

        private int _readings;

        /// <summary>The call that reads it.</summary>
        public Task? Call { get; set; }

        /// <summary>True once the reading that takes long is over.</summary>
        public bool WasSlow => Volatile.Read(ref _readings) >= slow;

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);

        public override long GetTimestamp()
        {
            for (var second = _readings + 1 == slow ? 0 : Seconds; second < Seconds; second++)
            {
                // A call that is given up meanwhile gets the moments that it needs for that.
                clock.Advance(TimeSpan.FromSeconds(1));
                _ = SpinWait.SpinUntil(() => Call?.IsCompleted == true, TimeSpan.FromMilliseconds(20));
            }

            _ = Interlocked.Increment(ref _readings);
            return clock.GetTimestamp();
        }
    }
}
