using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Foreman.Kubernetes;

/// <summary>
/// Metrics of reflectors, under the meter <c>Foreman.Kubernetes</c>. Each is tagged with <c>resource</c>, the plural and
/// group of the kind; no object is named.
/// </summary>
public static class ReflectorMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Foreman.Kubernetes";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Lists = Meter.CreateCounter<long>(
        "kubernetes.reflector.lists", "{list}", "Lists begun, by form (pages or stream) and by reason.");

    private static readonly Counter<long> Watches = Meter.CreateCounter<long>(
        "kubernetes.reflector.watches", "{watch}", "Watches that the server accepted.");

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "kubernetes.reflector.events", "{event}", "Events that watches brought, by type.");

    private static readonly Counter<long> Unreadable = Meter.CreateCounter<long>(
        "kubernetes.reflector.unreadable", "{object}", "Versions of objects that came and could not be read.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "kubernetes.reflector.failures", "{call}", "Lists and watches that failed.");

    private static readonly ConcurrentDictionary<object, Gauges> Running = new(ReferenceEqualityComparer.Instance);

    static ReflectorMetrics()
    {
        Meter.CreateObservableGauge(
            "kubernetes.reflector.objects", () => Running.Values.Select(g => new Measurement<long>(g.Objects(), g.Resource)), "{object}", "Objects in the store.");
        Meter.CreateObservableGauge(
            "kubernetes.reflector.staleness", () => Running.Values.Select(g => new Measurement<double>(g.Staleness(), g.Resource)), "s", "Time since the server was last heard.");
    }

    internal static KeyValuePair<string, object?> ResourceTag(ResourceType type) => new("resource", type.Group.Length == 0 ? type.Plural : $"{type.Plural}.{type.Group}");

    internal static void Listed(KeyValuePair<string, object?> resource, bool stream, ListReason reason) =>
        Lists.Add(1, resource, new("form", stream ? "stream" : "pages"), new("reason", Text(reason)));

    internal static void Watched(KeyValuePair<string, object?> resource) => Watches.Add(1, resource);

    internal static void EventReceived(KeyValuePair<string, object?> resource, WatchEventType type) => Events.Add(1, resource, new("type", Text(type)));

    internal static void UnreadableReceived(KeyValuePair<string, object?> resource) => Unreadable.Add(1, resource);

    internal static void Failed(KeyValuePair<string, object?> resource) => Failures.Add(1, resource);

    /// <summary>Shows a reflector in the gauges until <see cref="Stopped"/>.</summary>
    internal static void Started(object reflector, KeyValuePair<string, object?> resource, Func<long> objects, Func<double> staleness) =>
        Running[reflector] = new(resource, objects, staleness);

    internal static void Stopped(object reflector) => Running.TryRemove(reflector, out _);

    private static string Text(ListReason reason) => reason switch
    {
        ListReason.Start => "start",
        ListReason.Expired => "expired",
        ListReason.Disordered => "disordered",
        ListReason.Behind => "behind",
        _ => "broken",
    };

    private static string Text(WatchEventType type) => type switch
    {
        WatchEventType.Added => "added",
        WatchEventType.Modified => "modified",
        WatchEventType.Deleted => "deleted",
        _ => "bookmark",
    };

    private sealed record Gauges(KeyValuePair<string, object?> Resource, Func<long> Objects, Func<double> Staleness);
}
