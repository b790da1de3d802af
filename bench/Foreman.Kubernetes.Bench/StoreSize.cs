using Foreman.Api;

namespace Foreman.Kubernetes.Bench;

/// <summary>What a store of 50,000 tasks holds on to, after the garbage of reading them has gone.</summary>
internal static class StoreSize
{
    private const int Tasks = 50_000;

    public static async Task<IReadOnlyList<Finding>> MeasureAsync(CancellationToken stop)
    {
        // What the first use of everything leaves behind is not the store's.
        await HeldAsync(100, stop);
        var bytes = await HeldAsync(Tasks, stop);
        return
        [
            Finding.AtMost($"store of {Tasks} tasks", bytes / 1e6, "MB", 100),
            new("of that for one task", (double)bytes / Tasks, "B"),
        ];
    }

    private static async Task<long> HeldAsync(int tasks, CancellationToken stop)
    {
        using var server = new FeedServer(tasks);
        using var client = new KubernetesClient(server.Configuration);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var before = Heap();
        var reflector = new Reflector<AgenticTask>(client);
        var running = reflector.RunAsync(end.Token);
        await reflector.Ready.WaitAsync(stop);
        await server.Watched.WaitAsync(stop);
        var held = Heap() - before;
        if (reflector.Store.Snapshot().Count != tasks)
        {
            throw new InvalidOperationException($"{reflector.Store.Snapshot().Count} of {tasks} tasks are in the store");
        }

        await end.CancelAsync();
        await running;
        return held;
    }

    /// <summary>What is alive. (Asked to collect by itself, GetTotalMemory is content with what differs by less than 5 %.)</summary>
    private static long Heap()
    {
        for (var i = 0; i < 4; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
