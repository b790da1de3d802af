using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Foreman.Kubernetes.Tests;

/// <summary>Listens to a meter, for the measurements that carry one tag: other tests measure at the same time.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = new();
    private readonly KeyValuePair<string, object?> _tag;

    public MeterReadings(string meter, string tag, string value)
    {
        _tag = new(tag, value);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, measured, tags, _) => Keep(instrument, measured, tags));
        _listener.Start();
    }

    /// <summary>The last value of an observed instrument or a histogram, the sum of a counter; 0 before the first.</summary>
    public double this[string instrument]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _values.GetValueOrDefault(instrument);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double measured, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Contains(_tag))
        {
            var adds = instrument is Counter<long> or UpDownCounter<long>;
            _values.AddOrUpdate(instrument.Name, measured, (_, before) => adds ? before + measured : measured);
        }
    }
}
