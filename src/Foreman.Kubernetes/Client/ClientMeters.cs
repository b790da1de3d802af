using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Foreman.Kubernetes;

/// <summary>
/// Metrics of calls, under the meter <see cref="Name"/>. Attributes: <c>http.request.method</c>,
/// <c>http.response.status_code</c>, <c>error.type</c>, <c>server.address</c> and <c>server.port</c> as OpenTelemetry's HTTP
/// conventions define them; <c>kubernetes.verb</c>, <c>kubernetes.group</c>, <c>kubernetes.resource</c> and
/// <c>kubernetes.subresource</c> as the API server names them. Without a listener nothing is measured.
/// </summary>
public static class ClientMeters
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "kubernetes.client";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "kubernetes.client.requests", "{request}", "Requests that were answered or failed; a repetition counts again.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "kubernetes.client.request.duration", "s", "Time from sending a request to the end of its answer; for watches and logs, to its beginning.",
        advice: new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    private static readonly UpDownCounter<long> Active = Meter.CreateUpDownCounter<long>(
        "kubernetes.client.active_requests", "{request}", "Requests, watches and logs that are open.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        "kubernetes.client.io", "By", "Bytes of bodies; network.io.direction is transmit or receive.");

    private static readonly Histogram<double> RetryAfter = Meter.CreateHistogram<double>(
        "kubernetes.client.retry_after.duration", "s", "Time that calls have waited because the server asked for it.");

    internal static bool Enabled => Requests.Enabled || Duration.Enabled || Active.Enabled || Bytes.Enabled;

    internal static void Opened(in TagList tags, long sent)
    {
        Active.Add(1, tags);
        if (sent > 0)
        {
            Bytes.Add(sent, With(tags, "network.io.direction", "transmit"));
        }
    }

    internal static void Answered(in TagList tags, TimeSpan took, int? status, string? error)
    {
        var outcome = tags;
        if (status is { } code)
        {
            outcome.Add("http.response.status_code", code);
        }

        if (error is not null)
        {
            outcome.Add("error.type", error);
        }

        Requests.Add(1, outcome);
        Duration.Record(took.TotalSeconds, outcome);
    }

    internal static void Received(in TagList tags, long bytes) => Bytes.Add(bytes, With(tags, "network.io.direction", "receive"));

    internal static void Closed(in TagList tags) => Active.Add(-1, tags);

    internal static void Waited(ApiRequest request, Uri host, TimeSpan time)
    {
        if (RetryAfter.Enabled)
        {
            RetryAfter.Record(time.TotalSeconds, Tags(request, host));
        }
    }

    internal static TagList Tags(ApiRequest request, Uri host)
    {
        var tags = new TagList
        {
            { "http.request.method", request.Method.Method },
            { "server.address", host.Host },
            { "server.port", host.Port },
            { "kubernetes.verb", request.Verb },
        };
        if (request.Type is { } type)
        {
            tags.Add("kubernetes.group", type.Group);
            tags.Add("kubernetes.resource", type.Plural);
        }

        if (request.Subresource is { } subresource)
        {
            tags.Add("kubernetes.subresource", subresource);
        }

        return tags;
    }

    private static TagList With(in TagList tags, string key, string value)
    {
        var more = tags;
        more.Add(key, value);
        return more;
    }
}
