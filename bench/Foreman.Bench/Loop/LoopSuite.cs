namespace Foreman.Bench.Loop;

/// <summary>Everything that is measured of the agent loop, one after the other.</summary>
internal static class LoopSuite
{
    /// <summary>Measures and prints; true when no aim was missed.</summary>
    public static async Task<bool> RunAsync(TimeProvider time, CancellationToken stop)
    {
        Func<TimeProvider, CancellationToken, Task<IReadOnlyList<LoopRow>>>[] parts =
            [CommandStart.MeasureAsync, CacheShare.MeasureAsync, GoalTokens.MeasureAsync, RunMemory.MeasureAsync];
        Console.WriteLine("| the loop | measured | aim |\n|---|---|---|");
        var isMet = await LoopProgram.RunAsync(stop);
        foreach (var part in parts)
        {
            foreach (var row in await part(time, stop))
            {
                Console.WriteLine(row);
                isMet &= row.IsMet;
            }
        }

        return isMet;
    }
}
