namespace Foreman.Tools.Tests.Scenarios;

/// <summary>The memory of the whole process is looked at, so these tests run alone.</summary>
[Trait("Kind", "3")]
[Collection(Alone)]
public sealed class ToolMemoryTests : IDisposable
{
    internal const string Alone = "memory of the process";

    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("read_file", """{"path":"a.txt"}""")]
    [InlineData("read_file", """{"path":"a.txt","offset":3000000}""")]
    [InlineData("grep", """{"pattern":"(x|y)+z"}""")]
    [InlineData("str_replace", """{"path":"b.txt","old_string":"nothing of\nthe kind","new_string":"z"}""")]
    [InlineData("str_replace", """{"path":"b.txt","old_string":"the one","new_string":"z"}""")]
    public async Task No_call_takes_much_memory(string tool, string arguments)
    {
        _ = _tools.WriteRepeated("a.txt", "xy xy\n", 32 << 20);
        _ = _tools.WriteRepeated("b.txt", "x\n", ToolContext.MaxFileBytes - 100, "the one\n");
        using var peak = new PeakMemory();

        _ = await _tools.CallAsync(tool, arguments, CancellationToken.None);

        Assert.InRange(peak.Megabytes, 0, 60);
    }

    /// <summary>What the process holds beyond what it held before, at the worst moment that a poll sees.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly long _before;
        private readonly ITimer _timer;
        private long _peak;

        internal PeakMemory()
        {
            GC.Collect();
            _before = GC.GetTotalMemory(forceFullCollection: true);
            _timer = TimeProvider.System.CreateTimer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        }

        internal long Megabytes
        {
            get
            {
                Look();
                return (Volatile.Read(ref _peak) - _before) >> 20;
            }
        }

        public void Dispose() => _timer.Dispose();

        private void Look() => _peak = Math.Max(_peak, GC.GetTotalMemory(forceFullCollection: false));
    }
}

/// <summary>Tests that no other test may run beside.</summary>
[CollectionDefinition(ToolMemoryTests.Alone, DisableParallelization = true)]
public sealed class AloneDefinition;
