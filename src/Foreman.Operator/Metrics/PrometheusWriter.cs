using System.Diagnostics.Metrics;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Foreman.Operator.Metrics;

/// <summary>
/// Collects the instruments of meters and writes them in the text format of Prometheus (version 0.0.4). Names become
/// Prometheus names by the rules of OpenTelemetry: dots to underscores, the unit and, for counters, <c>_total</c> at the end.
/// </summary>
internal sealed class PrometheusWriter : IDisposable
{
    // Those of OpenTelemetry, for histograms that advise none.
    private static readonly double[] DefaultBuckets = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly Lock _gate = new();
    private readonly Lock _scrape = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<Instrument, Family> _byInstrument = new(ReferenceEqualityComparer.Instance);

    public PrometheusWriter(params string[] meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Contains(instrument.Meter.Name, StringComparer.Ordinal))
            {
                Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Everything measured so far.</summary>
    public string Write()
    {
        lock (_scrape)
        {
            lock (_gate)
            {
                // What is observed no more must not stay at its last value.
                foreach (var family in _families.Values.Where(f => f.IsObserved))
                {
                    family.Series.Clear();
                }
            }

            _listener.RecordObservableInstruments();
            return Text();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private string Text()
    {
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var (name, family) in _families)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {family.Help.ReplaceLineEndings(" ")}\n# TYPE {name} {family.Type}\n");
                foreach (var (labels, series) in family.Series)
                {
                    series.Write(text, name, labels);
                }
            }
        }

        return text.ToString();
    }

    private void Add(Instrument instrument)
    {
        var help = instrument.Description ?? "";
        Family family = instrument switch
        {
            Histogram<double> histogram => new("histogram", help, histogram.Advice?.HistogramBucketBoundaries ?? DefaultBuckets),
            Histogram<long> histogram => new("histogram", help, Bounds(histogram.Advice?.HistogramBucketBoundaries)),
            Histogram<int> histogram => new("histogram", help, Bounds(histogram.Advice?.HistogramBucketBoundaries)),
            Counter<long> or Counter<double> or Counter<int> => new("counter", help, null) { Adds = true },
            ObservableCounter<long> or ObservableCounter<double> or ObservableCounter<int> => new("counter", help, null),
            UpDownCounter<long> or UpDownCounter<double> or UpDownCounter<int> => new("gauge", help, null) { Adds = true },
            _ => new("gauge", help, null),
        };
        lock (_gate)
        {
            // Two meters of one name may have the same instrument: both are written as one.
            var name = PrometheusName.Of(instrument, family.Type);
            _families.TryAdd(name, family with { IsObserved = instrument.IsObservable });
            _byInstrument[instrument] = _families[name];
        }
    }

    private static double[] Bounds<T>(IReadOnlyList<T>? advice)
        where T : struct, INumber<T> => advice is null ? DefaultBuckets : [.. advice.Select(double.CreateChecked)];

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_gate)
        {
            var family = _byInstrument[instrument];
            if (!family.Series.TryGetValue(labels, out var series))
            {
                family.Series[labels] = series = family.Buckets is { } buckets ? new Distribution(buckets) : new Level(family.Adds);
            }

            series.Record(value);
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            var escaped = (value?.ToString() ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length == 0 ? "" : ",").Append(PrometheusName.Sanitise(key)).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private sealed record Family(string Type, string Help, IReadOnlyList<double>? Buckets)
    {
        /// <summary>True when measurements are differences.</summary>
        public bool Adds { get; init; }

        /// <summary>True when measurements are asked for at each scrape.</summary>
        public bool IsObserved { get; init; }

        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);
    }

    private abstract class Series
    {
        public abstract void Record(double value);

        public abstract void Write(StringBuilder text, string name, string labels);

        protected static void Line(StringBuilder text, string name, string labels, double value) =>
            text.Append(name).Append(labels.Length == 0 ? "" : "{" + labels + "}").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private sealed class Level(bool adds) : Series
    {
        private double _value;

        public override void Record(double value) => _value = adds ? _value + value : value;

        public override void Write(StringBuilder text, string name, string labels) => Line(text, name, labels, _value);
    }

    private sealed class Distribution(IReadOnlyList<double> bounds) : Series
    {
        private readonly long[] _counts = new long[bounds.Count];
        private long _count;
        private double _sum;

        public override void Record(double value)
        {
            _count++;
            _sum += value;
            for (var i = 0; i < bounds.Count; i++)
            {
                _counts[i] += value <= bounds[i] ? 1 : 0;
            }
        }

        public override void Write(StringBuilder text, string name, string labels)
        {
            var more = labels.Length == 0 ? "" : labels + ",";
            for (var i = 0; i < bounds.Count; i++)
            {
                Line(text, name + "_bucket", $"{more}le=\"{bounds[i].ToString("R", CultureInfo.InvariantCulture)}\"", _counts[i]);
            }

            Line(text, name + "_bucket", $"{more}le=\"+Inf\"", _count);
            Line(text, name + "_sum", labels, _sum);
            Line(text, name + "_count", labels, _count);
        }
    }
}
