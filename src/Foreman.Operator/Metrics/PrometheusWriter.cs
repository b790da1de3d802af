using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Foreman.Operator.Metrics;

/// <summary>Collects a meter's instruments and writes them in the text format of Prometheus (version 0.0.4).</summary>
internal sealed class PrometheusWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

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
        _listener.RecordObservableInstruments();
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

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument)
    {
        lock (_gate)
        {
            _families[instrument.Name] = instrument switch
            {
                Histogram<double> histogram => new("histogram", instrument.Description ?? "", histogram.Advice?.HistogramBucketBoundaries ?? [1]),
                Counter<long> or Counter<double> or Counter<int> or ObservableCounter<long> => new("counter", instrument.Description ?? "", null),
                _ => new("gauge", instrument.Description ?? "", null),
            };
        }
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (_gate)
        {
            var family = _families[instrument.Name];
            if (!family.Series.TryGetValue(labels, out var series))
            {
                family.Series[labels] = series = family.Buckets is { } buckets ? new Distribution(buckets) : new Level(family.Type == "counter");
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
            text.Append(text.Length == 0 ? "" : ",").Append(key).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    private sealed record Family(string Type, string Help, IReadOnlyList<double>? Buckets)
    {
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
