using System.Collections.Concurrent;

namespace Foreman.Kubernetes.Tests;

public sealed class WorkQueueTests
{
    [Fact]
    public async Task A_worker_that_waits_gets_the_next_key()
    {
        using var queue = new WorkQueue<string>();
        var waiting = queue.TakeAsync();
        Assert.False(waiting.IsCompleted);

        queue.Add("a");

        Assert.Equal("a", (await waiting)!.Key);
        Assert.Equal(["a"], queue.Processing);
    }

    [Fact]
    public async Task A_worker_that_gives_up_takes_no_key_with_it()
    {
        using var queue = new WorkQueue<string>();
        using var impatience = new CancellationTokenSource();
        var impatient = queue.TakeAsync(impatience.Token);
        var patient = queue.TakeAsync();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.TakeAsync(impatience.Token));

        queue.Add("a");

        Assert.Equal("a", (await patient)!.Key);
    }

    [Fact]
    public async Task Delayed_keys_become_ready_by_the_clock()
    {
        var clock = new ManualTimeProvider();
        using var queue = new WorkQueue<string>(new() { Time = clock });
        queue.AddAfter("later", TimeSpan.FromSeconds(20));
        queue.AddAfter("sooner", TimeSpan.FromSeconds(10));
        var first = queue.TakeAsync();
        var second = queue.TakeAsync();

        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(first.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("sooner", (await first)!.Key);
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("later", (await second)!.Key);
    }

    [Fact]
    public async Task A_delay_of_many_days_outlasts_the_timers()
    {
        var clock = new ManualTimeProvider();
        using var queue = new WorkQueue<string>(new() { Time = clock });
        queue.AddAfter("a", TimeSpan.FromDays(100));
        var taken = queue.TakeAsync();

        clock.Advance(TimeSpan.FromDays(99));
        Assert.False(taken.IsCompleted);
        clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        Assert.Equal("a", (await taken)!.Key);
    }

    [Fact]
    public async Task Delayed_keys_become_ready_by_the_system_clock_too()
    {
        using var deadline = TestDeadline.Start();
        using var queue = new WorkQueue<int>();
        for (var i = 1; i <= 20; i++)
        {
            queue.AddAfter(i, TimeSpan.FromMilliseconds(0.7 * i));
        }

        for (var i = 1; i <= 20; i++)
        {
            Assert.NotNull(await queue.TakeAsync(deadline.Token));
        }
    }

    [Fact]
    public async Task A_failed_key_is_retried_after_its_backoff()
    {
        var clock = new ManualTimeProvider();
        using var queue = new WorkQueue<string>(new() { Time = clock, Backoff = new() { Base = TimeSpan.FromSeconds(1), Jitter = 0 } });
        queue.AddRateLimited("a");
        queue.AddRateLimited("a");
        var taken = queue.TakeAsync();

        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, (await taken)!.Failures);
        Assert.Equal(2, queue.NumRequeues("a"));
        queue.Forget("a");
        Assert.Equal(0, queue.NumRequeues("a"));
    }

    [Fact]
    public async Task Workers_end_when_the_queue_does()
    {
        using var queue = new WorkQueue<string>();
        var waiting = queue.TakeAsync();

        queue.ShutDown();
        queue.Add("a");

        Assert.Null(await waiting);
        Assert.Null(await queue.TakeAsync());
        Assert.True(queue.IsShuttingDown);
    }

    [Fact]
    public async Task A_queue_that_drains_ends_with_its_last_key()
    {
        using var queue = new WorkQueue<string>();
        queue.Add("a");
        queue.Add("b");
        await queue.TakeAsync();
        var drained = queue.ShutDownWithDrainAsync();

        Assert.Equal("b", (await queue.TakeAsync())!.Key);
        Assert.Null(await queue.TakeAsync());
        queue.Done("a");
        Assert.False(drained.IsCompleted);
        queue.Done("b");

        await drained;
    }

    [Fact]
    public async Task Many_workers_never_have_the_same_key_and_lose_none()
    {
        const int Keys = 40;
        const int Rounds = 50;
        using var deadline = TestDeadline.Start();
        using var queue = new WorkQueue<int>(new() { Backoff = new() { Base = TimeSpan.FromTicks(1), Max = TimeSpan.FromMilliseconds(1) } });
        var held = new ConcurrentDictionary<int, bool>();
        var last = new int[Keys];
        var wanted = new int[Keys];
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(WorkAsync)).ToList();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => Write(writer))));

        await Eventually.TrueAsync(() => Enumerable.Range(0, Keys).All(k => Volatile.Read(ref last[k]) == wanted[k]), "every key's last change to be seen");
        queue.ShutDown();
        await Task.WhenAll(workers);

        void Write(int writer)
        {
            for (var round = 0; round < Rounds; round++)
            {
                for (var key = writer; key < Keys; key += 4)
                {
                    Interlocked.Increment(ref wanted[key]);
                    queue.Add(key, round % 3);
                }
            }
        }

        async Task WorkAsync()
        {
            while (await queue.TakeAsync(deadline.Token) is { } taken)
            {
                Assert.True(held.TryAdd(taken.Key, true), $"{taken.Key} was with two workers");
                Volatile.Write(ref last[taken.Key], Volatile.Read(ref wanted[taken.Key]));
                await Task.Yield();
                held.TryRemove(taken.Key, out var _);
                if (taken.Failures < 1 && taken.Key % 7 == 0)
                {
                    queue.AddRateLimited(taken.Key);
                }

                queue.Done(taken.Key);
            }
        }
    }

    [Fact]
    public async Task Tens_of_thousands_of_keys_are_processed()
    {
        var keys = LongRun.IsOn ? 100_000 : 25_000;
        using var queue = new WorkQueue<int>();
        for (var key = 0; key < keys; key++)
        {
            queue.Add(key, key % 5);
            queue.AddAfter(-key - 1, TimeSpan.FromHours(1 + (key % 100)));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var taken = new HashSet<int>();
        for (var i = 0; i < keys; i++)
        {
            // There is always one, so this goes on without a wait, on this thread.
            var next = await queue.TakeAsync();
            queue.Done(next!.Key);
            taken.Add(next.Key);
        }

        // Copying what waits, or what is delayed, for each key would take hundreds of kilobytes each time.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / keys, 1, 100_000);
        Assert.Equal(keys, taken.Count);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task Metrics_have_the_names_of_client_go()
    {
        var name = $"queue-{Guid.NewGuid():n}";
        var clock = new ManualTimeProvider();
        using var readings = new MeterReadings("Foreman.Kubernetes", "name", name);
        using var queue = new WorkQueue<string>(new() { Name = name, Time = clock, Backoff = new() { Base = TimeSpan.FromSeconds(1), Jitter = 0 } });
        queue.Add("a");
        queue.Add("b");
        queue.Add("b");
        clock.Advance(TimeSpan.FromSeconds(3));
        await queue.TakeAsync();
        clock.Advance(TimeSpan.FromSeconds(2));
        queue.AddRateLimited("a");

        Assert.Equal((1, 2, 1), (readings["workqueue.depth"], readings["workqueue.adds"], readings["workqueue.retries"]));
        Assert.Equal((3, 2, 2), (readings["workqueue.queue.duration"], readings["workqueue.unfinished_work"], readings["workqueue.longest_running_processor"]));
        queue.Done("a");
        Assert.Equal((2, 0), (readings["workqueue.work.duration"], readings["workqueue.unfinished_work"]));
    }
}
