using System.Net;

namespace Foreman.Kubernetes.Tests;

public sealed class ConflictRetryTests
{
    private static readonly ConflictRetryOptions Fast = new() { Backoff = new() { Base = TimeSpan.FromTicks(1), Max = TimeSpan.FromTicks(1) } };

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task Concurrent_changes_of_one_object_are_not_lost(IClusterUnderTest cluster)
    {
        var (client, ns) = await Connect.WithWidgetsAsync(cluster);
        using var _ = client;
        await client.CreateAsync(Widget.Named("a", ns, 0));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => ConflictRetry.RetryOnConflictAsync(
            token => client.ReadAsync<Widget>("a", ns, token),
            widget => widget with { Spec = new() { Size = widget.Spec!.Size + 1 } },
            (widget, token) => client.ReplaceAsync(widget, cancellationToken: token),
            new() { Attempts = 100, Seed = writer })));

        Assert.Equal(6, (await client.ReadAsync<Widget>("a", ns)).Spec!.Size);
    }

    [Fact]
    public async Task What_needs_no_change_is_not_written()
    {
        var widget = Widget.Named("a", "ns");

        var same = await ConflictRetry.RetryOnConflictAsync(
            _ => Task.FromResult(widget), w => w, (_, _) => throw new InvalidOperationException("written"), Fast);
        var none = await ConflictRetry.RetryOnConflictAsync(
            _ => Task.FromResult(widget), _ => null, (_, _) => throw new InvalidOperationException("written"), Fast);

        Assert.Same(widget, same);
        Assert.Same(widget, none);
    }

    [Fact]
    public async Task The_last_conflict_is_passed_on_and_every_attempt_reads_anew()
    {
        var reads = 0;

        var error = await Assert.ThrowsAsync<KubernetesException>(() => ConflictRetry.RetryOnConflictAsync<Widget>(
            _ => Task.FromResult(Widget.Named("a", "ns", ++reads)),
            widget => widget with { Kind = "Widget" },
            (widget, _) => throw Conflict($"attempt {widget.Spec!.Size}"),
            Fast));

        Assert.Equal(5, reads);
        Assert.Contains("attempt 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_go_by_the_clock_and_grow()
    {
        var clock = new ManualTimeProvider();
        var attempts = new List<double>();
        var retrying = ConflictRetry.RetryOnConflictAsync(
            _ =>
            {
                attempts.Add(clock.Elapsed.TotalSeconds);
                return attempts.Count < 4 ? throw Conflict("again") : Task.FromResult(attempts.Count);
            },
            new() { Time = clock, Backoff = new() { Base = TimeSpan.FromSeconds(1), Jitter = 0 } });
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            await clock.WaitForTimersAsync(1);
            clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(4, await retrying);
        Assert.Equal([0, 1, 3, 7], attempts);
    }

    [Fact]
    public async Task Other_errors_are_passed_on_at_once()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<KubernetesException>(() => ConflictRetry.RetryOnConflictAsync<int>(
            _ =>
            {
                attempts++;
                throw new KubernetesException(new V1Status { Reason = "Forbidden" }, HttpStatusCode.Forbidden);
            },
            Fast));

        Assert.Equal(1, attempts);
    }

    private static KubernetesException Conflict(string message) => new(new V1Status { Reason = "Conflict", Message = message }, HttpStatusCode.Conflict);
}
