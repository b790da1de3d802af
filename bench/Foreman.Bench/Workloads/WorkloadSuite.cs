namespace Foreman.Bench.Workloads;

/// <summary>Measures Workloads: decisions, and what ended ones cost an operator that starts.</summary>
internal static class WorkloadSuite
{
    /// <summary>Measures and prints; true when no aim was missed.</summary>
    public static async Task<bool> RunAsync(TimeProvider time, CancellationToken stop)
    {
        Console.WriteLine("| Workloads | measured | aim |\n|---|---|---|");
        var isMet = true;
        foreach (var row in DecisionTimes.Measure(time).Concat(await EndedWorkloads.MeasureAsync(time, stop)))
        {
            Console.WriteLine(row);
            isMet &= row.IsMet;
        }

        return isMet;
    }
}
