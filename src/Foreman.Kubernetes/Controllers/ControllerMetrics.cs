using System.Diagnostics.Metrics;

namespace Foreman.Kubernetes;

/// <summary>Metrics of controllers and events, as instruments of the meter <see cref="ReflectorMetrics.MeterName"/>.</summary>
internal static class ControllerMetrics
{
    private static readonly Meter Meter = new(ReflectorMetrics.MeterName);

    private static readonly Counter<long> Reconciles = Meter.CreateCounter<long>(
        "controller.reconciles", "{reconcile}", "Reconciles, by controller and result (success, requeue_after, error).");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "controller.reconcile.duration", "s", "Time of one reconcile.", advice: new()
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
        });

    private static readonly Counter<long> Exhausted = Meter.CreateCounter<long>(
        "controller.retries.exhausted", "{key}", "Keys that used up their retries and come back at the slow rate.");

    private static readonly UpDownCounter<long> Active = Meter.CreateUpDownCounter<long>(
        "controller.active_workers", "{worker}", "Workers that reconcile right now.");

    private static readonly Counter<long> DroppedEvents = Meter.CreateCounter<long>(
        "controller.events.dropped", "{event}", "Events that were not stored, by cause (spam, failed).");

    public static void Started(string controller) => Active.Add(1, Tag(controller));

    public static void Finished(string controller, string result, TimeSpan time)
    {
        Active.Add(-1, Tag(controller));
        Reconciles.Add(1, Tag(controller), new("result", result));
        Duration.Record(time.TotalSeconds, Tag(controller));
    }

    public static void RetriesExhausted(string controller) => Exhausted.Add(1, Tag(controller));

    public static void EventDropped(string component, string cause) => DroppedEvents.Add(1, new("component", component), new("cause", cause));

    private static KeyValuePair<string, object?> Tag(string controller) => new("controller", controller);
}
