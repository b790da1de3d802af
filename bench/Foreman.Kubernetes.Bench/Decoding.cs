using System.Text.Json;
using Foreman.Api;

namespace Foreman.Kubernetes.Bench;

/// <summary>How fast a list of 10,000 tasks becomes objects, on one core.</summary>
internal static class Decoding
{
    private const int Tasks = 10_000;
    private const int Runs = 15;

    public static IReadOnlyList<Finding> Metrics(TimeProvider time)
    {
        var list = TaskText.List(0, Tasks);
        var rates = new List<double>();
        long allocated = 0;
        for (var i = -3; i < Runs; i++)
        {
            GC.Collect();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = time.GetTimestamp();
            var read = JsonSerializer.Deserialize(list, AgenticTask.ListTypeInfo)!;
            var took = time.GetElapsedTime(started);
            if (read.Items.Count != Tasks)
            {
                throw new InvalidOperationException($"{read.Items.Count} of {Tasks} tasks were decoded");
            }

            if (i >= 0)
            {
                rates.Add(list.Length / took.TotalSeconds / 1e6);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        return
        [
            Finding.AtLeast($"decode a list of {Tasks} tasks", Series.Median(rates), "MB/s", 150),
            new("the same, best run", rates.Max(), "MB/s"),
            new("size of a task as JSON", (double)list.Length / Tasks, "B"),
            new("allocated for a task", (double)allocated / Tasks, "B"),
        ];
    }
}
