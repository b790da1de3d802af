using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Foreman.Kubernetes;

/// <summary>
/// Metrics of the queues of this process. A Prometheus exporter shows them under client-go's names
/// (<c>workqueue_depth</c>, <c>workqueue_adds_total</c>, <c>workqueue_queue_duration_seconds</c>, …), so its dashboards fit.
/// </summary>
internal static class WorkQueueMetrics
{
    private static readonly ConcurrentDictionary<Registration, Func<WorkQueueSnapshot>> Queues = new();
    private static readonly Meter Meter = CreateMeter();

    // From the latency of an idle queue to the waits of a backlog.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1000],
    };

    private static readonly Histogram<double> QueueDuration = Meter.CreateHistogram(
        "workqueue.queue.duration", "s", "Time that keys waited for a worker.", advice: Seconds);

    private static readonly Histogram<double> WorkDuration = Meter.CreateHistogram(
        "workqueue.work.duration", "s", "Time that workers had keys.", advice: Seconds);

    public static Registration Register(string name, Func<WorkQueueSnapshot> read)
    {
        var registration = new Registration(new("name", name));
        Queues[registration] = read;
        return registration;
    }

    private static Meter CreateMeter()
    {
        var meter = new Meter(ReflectorMetrics.MeterName);
        meter.CreateObservableGauge("workqueue.depth", () => Read(r => r.Depth), "{key}", "Keys that wait for a worker.");
        meter.CreateObservableCounter("workqueue.adds", () => Read(r => r.Adds), "{key}", "Keys that got work.");
        meter.CreateObservableCounter("workqueue.retries", () => Read(r => r.Retries), "{key}", "Keys that were added again after a failure.");
        meter.CreateObservableGauge("workqueue.unfinished_work", () => Read(r => r.UnfinishedSeconds), "s", "Time spent on keys that are not done, summed.");
        meter.CreateObservableGauge("workqueue.longest_running_processor", () => Read(r => r.LongestSeconds), "s", "Longest time spent on a key that is not done.");
        return meter;
    }

    private static IEnumerable<Measurement<T>> Read<T>(Func<WorkQueueSnapshot, T> value)
        where T : struct => Queues.Select(queue => new Measurement<T>(value(queue.Value()), queue.Key.Name));

    /// <summary>One queue among those that are measured.</summary>
    internal sealed class Registration(KeyValuePair<string, object?> name) : IDisposable
    {
        public KeyValuePair<string, object?> Name => name;

        public void Waited(TimeSpan time) => QueueDuration.Record(time.TotalSeconds, name);

        public void Worked(TimeSpan time) => WorkDuration.Record(time.TotalSeconds, name);

        public void Dispose() => Queues.TryRemove(this, out _);
    }
}
