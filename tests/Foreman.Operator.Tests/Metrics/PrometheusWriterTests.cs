using System.Diagnostics.Metrics;
using Foreman.Operator.Metrics;

namespace Foreman.Operator.Tests.Metrics;

public class PrometheusWriterTests
{
    [Fact]
    public void Counters_gauges_and_histograms_are_written_as_prometheus_reads_them()
    {
        using var meter = new Meter("test." + Guid.NewGuid());
        using var writer = new PrometheusWriter(meter.Name);
        var counter = meter.CreateCounter<long>("jobs_total", null, "Jobs.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        counter.Add(1, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        meter.CreateObservableGauge("level", () => 7L, null, "Level.");
        var histogram = meter.CreateHistogram("seconds", null, "Seconds.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2.5] });
        histogram.Record(0.5);
        histogram.Record(2);
        histogram.Record(9);

        Assert.Equal(
            """
            # HELP jobs_total Jobs.
            # TYPE jobs_total counter
            jobs_total{kind="a\"b\\c\nd"} 3
            # HELP level Level.
            # TYPE level gauge
            level 7
            # HELP seconds Seconds.
            # TYPE seconds histogram
            seconds_bucket{le="1"} 1
            seconds_bucket{le="2.5"} 2
            seconds_bucket{le="+Inf"} 3
            seconds_sum 11.5
            seconds_count 3

            """.ReplaceLineEndings("\n"),
            writer.Write());
    }

    [Fact]
    public void Names_of_OpenTelemetry_become_names_of_Prometheus()
    {
        using var meter = new Meter("test." + Guid.NewGuid());
        using var writer = new PrometheusWriter(meter.Name);
        meter.CreateCounter<long>("client.requests", "{request}", "Requests.").Add(1, new KeyValuePair<string, object?>("http.method", "GET"));
        meter.CreateObservableCounter("queue.adds", () => 5L, "{key}", "Adds.");
        meter.CreateUpDownCounter<long>("client.active", "{request}", "Active.").Add(2);
        meter.CreateHistogram("wait.duration", "s", "Waits.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(0.5);
        meter.CreateHistogram("token.usage", "{token}", "Tokens.", null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [10] }).Record(3);
        writer.Write();

        Assert.Equal(
            """
            # HELP client_active Active.
            # TYPE client_active gauge
            client_active 2
            # HELP client_requests_total Requests.
            # TYPE client_requests_total counter
            client_requests_total{http_method="GET"} 1
            # HELP queue_adds_total Adds.
            # TYPE queue_adds_total counter
            queue_adds_total 5
            # HELP token_usage Tokens.
            # TYPE token_usage histogram
            token_usage_bucket{le="10"} 1
            token_usage_bucket{le="+Inf"} 1
            token_usage_sum 3
            token_usage_count 1
            # HELP wait_duration_seconds Waits.
            # TYPE wait_duration_seconds histogram
            wait_duration_seconds_bucket{le="1"} 1
            wait_duration_seconds_bucket{le="+Inf"} 1
            wait_duration_seconds_sum 0.5
            wait_duration_seconds_count 1

            """.ReplaceLineEndings("\n"),
            writer.Write());
    }

    [Fact]
    public void What_is_observed_no_more_is_not_written()
    {
        using var meter = new Meter("test." + Guid.NewGuid());
        using var writer = new PrometheusWriter(meter.Name);
        List<Measurement<long>> there = [new(1, new KeyValuePair<string, object?>("name", "a"))];
        meter.CreateObservableGauge("level", () => there, null, "Level.");

        Assert.Contains("level{name=\"a\"} 1", writer.Write(), StringComparison.Ordinal);
        there.Clear();

        Assert.DoesNotContain("level{", writer.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void Instruments_of_other_meters_are_left_out()
    {
        using var meter = new Meter("other." + Guid.NewGuid());
        using var writer = new PrometheusWriter("mine");
        meter.CreateCounter<long>("x_total").Add(1);

        Assert.Equal("", writer.Write());
    }
}
