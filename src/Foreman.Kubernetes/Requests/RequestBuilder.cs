using System.Globalization;

namespace Foreman.Kubernetes;

/// <summary>Turns verb, kind and options into an <see cref="ApiRequest"/>. Does no I/O.</summary>
public static partial class RequestBuilder
{
    /// <summary>Reads one object.</summary>
    /// <exception cref="ArgumentException">The name or namespace can't stand in a URL, or doesn't fit the kind's scope.</exception>
    public static ApiRequest Read(ResourceType type, string name, string? ns) => new(HttpMethod.Get, ResourcePaths.Object(type, name, ns)) { Type = type };

    /// <summary>Lists a kind.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and page.</param>
    /// <exception cref="ArgumentException">The namespace doesn't fit the kind's scope.</exception>
    public static ApiRequest List(ResourceType type, string? ns, ListOptions? options = null) =>
        new(HttpMethod.Get, ResourcePaths.Collection(type, ns) + Selection(options)) { Verb = "list", Type = type };

    /// <summary>Follows a kind.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">A namespace, or null for all.</param>
    /// <param name="options">Selection and start.</param>
    /// <exception cref="ArgumentException">The namespace doesn't fit the kind's scope.</exception>
    public static ApiRequest Watch(ResourceType type, string? ns, WatchOptions options)
    {
        var initial = options.SendInitialEvents == true;
        var match = options.ResourceVersionMatch ?? (options.SendInitialEvents is null ? null : ResourceVersionMatches.NotOlderThan);
        return new(HttpMethod.Get, ResourcePaths.Collection(type, ns) + new QueryString()
            .Add("watch", "1")
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("resourceVersion", options.ResourceVersion)
            .Add("resourceVersionMatch", match)
            .Add("sendInitialEvents", options.SendInitialEvents is null ? null : initial ? "true" : "false")
            .AddIf(options.AllowWatchBookmarks || initial, "allowWatchBookmarks", "true")
            .Add("timeoutSeconds", options.TimeoutSeconds))
        {
            Verb = "watch",
            Type = type,
        };
    }

    /// <summary>Reads the log of a container.</summary>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="options">Container and part; null for all of the pod's only container.</param>
    /// <exception cref="ArgumentException">A name can't stand in a URL, or both beginnings are given.</exception>
    public static ApiRequest PodLog(string pod, string ns, PodLogOptions? options = null)
    {
        options ??= new();
        if (options is { Since: not null, SinceTime: not null })
        {
            throw new ArgumentException("a log begins at Since or at SinceTime: set one of the two", nameof(options));
        }

        return new(HttpMethod.Get, ResourcePaths.Object(Pods, pod, ns, "log") + new QueryString()
            .Add("container", options.Container)
            .AddIf(options.Follow, "follow", "true")
            .AddIf(options.Previous, "previous", "true")
            .Add("sinceSeconds", options.Since is { } since ? Math.Max(1, (long)Math.Ceiling(since.TotalSeconds)) : null)
            .Add("sinceTime", options.SinceTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture))
            .Add("tailLines", options.TailLines)
            .Add("limitBytes", options.LimitBytes)
            .AddIf(options.Timestamps, "timestamps", "true"))
        {
            Accept = MediaTypes.Text,
            Type = Pods,
            Subresource = "log",
        };
    }

    private static ResourceType Pods { get; } = new("", "v1", "Pod", "pods", Namespaced: true);

    private static QueryString Selection(ListOptions? options) => new QueryString()
        .Add("labelSelector", options?.LabelSelector)
        .Add("fieldSelector", options?.FieldSelector)
        .Add("limit", options?.Limit)
        .Add("continue", options?.ContinueToken)
        .Add("resourceVersion", options?.ResourceVersion)
        .Add("resourceVersionMatch", options?.ResourceVersionMatch);
}
