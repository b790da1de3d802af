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
    public void Instruments_of_other_meters_are_left_out()
    {
        using var meter = new Meter("other." + Guid.NewGuid());
        using var writer = new PrometheusWriter("mine");
        meter.CreateCounter<long>("x_total").Add(1);

        Assert.Equal("", writer.Write());
    }
}
