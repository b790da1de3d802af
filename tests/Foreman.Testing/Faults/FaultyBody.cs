using Microsoft.AspNetCore.Http;

namespace Foreman.Testing.Faults;

/// <summary>Copies the body of an answer as it comes, with what goes wrong in it.</summary>
internal sealed class FaultyBody
{
    private readonly HttpResponse _response;
    private readonly TimeProvider _time;
    private readonly Action<int> _count;
    private readonly Fault.Cut? _cut;
    private readonly Fault.EndWatch? _end;
    private readonly int? _bytesPerSecond;
    private readonly IReadOnlyList<Fault> _onEvents;
    private long _sent;

    public FaultyBody(HttpResponse response, IReadOnlyList<Fault> faults, TimeProvider time, Action<int> count)
    {
        _response = response;
        _time = time;
        _count = count;
        _cut = faults.OfType<Fault.Cut>().MinBy(c => c.AfterBytes);
        _end = faults.OfType<Fault.EndWatch>().MinBy(e => e.After);
        _bytesPerSecond = faults.OfType<Fault.SlowBody>().MinBy(s => s.BytesPerSecond)?.BytesPerSecond;
        _onEvents = [.. faults.Where(f => f.ShapesEvents)];
    }

    /// <summary>True when the body may end in good order without being whole.</summary>
    public bool MayBeShorter => _end is not null || _onEvents.Count > 0 || _cut is { How: CutHow.Clean };

    /// <summary>Copies until the end, or until the body is to break off: then it tells how.</summary>
    public async Task<CutHow> CopyAsync(Stream from, CancellationToken cancellationToken)
    {
        using var limit = _end is { } end ? new CancellationTokenSource(end.After, _time) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return _onEvents.Count > 0 ? await CopyEventsAsync(from, both.Token) : await CopyBytesAsync(from, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return CutHow.Clean;
        }
    }

    private async Task<CutHow> CopyBytesAsync(Stream from, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int read;
        do
        {
            if (_cut is { } cut && _sent >= cut.AfterBytes)
            {
                return cut.How;
            }

            read = await from.ReadAsync(buffer, cancellationToken);
        }
        while (read > 0 && await WriteAsync(buffer.AsMemory(0, read), cancellationToken));
        return Broken ? _cut!.How : CutHow.Clean;
    }

    private async Task<CutHow> CopyEventsAsync(Stream from, CancellationToken cancellationToken)
    {
        var shaper = new EventShaper(_onEvents);
        using var lines = new StreamReader(from);
        while (!shaper.Expired && await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            foreach (var hold in _onEvents.OfType<Fault.HoldEvents>())
            {
                await hold.Until.WaitAsync(cancellationToken);
            }

            if (!await WriteAllAsync(shaper.Take(line), cancellationToken))
            {
                return _cut!.How;
            }
        }

        return await WriteAllAsync(shaper.End(), cancellationToken) ? CutHow.Clean : _cut!.How;
    }

    private async Task<bool> WriteAllAsync(IEnumerable<byte[]> events, CancellationToken cancellationToken)
    {
        foreach (var bytes in events)
        {
            if (!await WriteAsync(bytes, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private bool Broken => _cut is { } cut && _sent >= cut.AfterBytes;

    /// <summary>Writes what may be written; false when the body breaks off with it.</summary>
    private async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_cut is { } cut && bytes.Length > cut.AfterBytes - _sent)
        {
            bytes = bytes[..(int)(cut.AfterBytes - _sent)];
        }

        const int Parts = 10;
        var step = _bytesPerSecond is { } rate ? Math.Max(1, rate / Parts) : int.MaxValue;
        while (bytes.Length > 0)
        {
            var now = bytes[..Math.Min(step, bytes.Length)];
            if (step < int.MaxValue)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)now.Length / _bytesPerSecond!.Value), _time, cancellationToken);
            }

            // An end in good order falls between events, never within one.
            await _response.Body.WriteAsync(now, CancellationToken.None);
            await _response.Body.FlushAsync(CancellationToken.None);
            _sent += now.Length;
            _count(now.Length);
            bytes = bytes[now.Length..];
        }

        return !Broken;
    }
}
