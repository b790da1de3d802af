using Foreman.Bench.Loop;

namespace Foreman.Bench.Repositories;

/// <summary>Everything that is measured of work on repositories, one after the other.</summary>
internal static class RepositorySuite
{
    /// <summary>Measures and prints; true when no aim was missed.</summary>
    public static async Task<bool> RunAsync(TimeProvider time, CancellationToken stop)
    {
        Func<TimeProvider, CancellationToken, Task<IReadOnlyList<LoopRow>>>[] parts = [CheckoutTimes.MeasureAsync, OrientationTimes.MeasureAsync, GateOverhead.MeasureAsync];
        Console.WriteLine("| repositories | measured | aim |\n|---|---|---|");
        var isMet = true;
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
