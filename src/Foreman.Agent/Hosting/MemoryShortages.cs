using System.Globalization;
using Foreman.Api;
using Foreman.Primitives;
using Foreman.Probes;

namespace Foreman.Agent.Hosting;

/// <summary>
/// Model servers of this host that lacked memory for a request of a run. They are shown on the FleetNode for a while: a probe of a server
/// that rests finds nothing wrong. Methods may be called from any thread.
/// </summary>
/// <param name="time">The clock of the shortages.</param>
internal sealed class MemoryShortages(TimeProvider time)
{
    /// <summary>How long a shortage is shown after it was met last.</summary>
    internal static readonly TimeSpan Shown = TimeSpan.FromMinutes(15);

    private const int MaxMessageBytes = 300;

    // More servers than any host has had.
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<Uri, (DateTimeOffset At, string Message)> _met = [];

    /// <summary>A server lacked memory for a request just now.</summary>
    /// <param name="server">Base URL.</param>
    /// <param name="message">What it said.</param>
    public void Add(Uri server, string message)
    {
        lock (_lock)
        {
            if (_met.Count >= Most && !_met.ContainsKey(server))
            {
                _ = _met.Remove(_met.MinBy(m => m.Value.At).Key);
            }

            _met[server] = (time.GetUtcNow(), Printable.CutToBytes(Printable.Line(message), MaxMessageBytes));
        }
    }

    /// <summary>A probe's result in which the servers that lacked memory say so; what is wrong with one by itself counts more.</summary>
    /// <param name="probed">As the probe found it.</param>
    public ProbeResult Apply(ProbeResult probed)
    {
        (Uri Server, DateTimeOffset At, string Message)[] met;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var old in _met.Where(m => now - m.Value.At >= Shown).Select(m => m.Key).ToList())
            {
                _ = _met.Remove(old);
            }

            met = [.. _met.Select(m => (m.Key, m.Value.At, m.Value.Message))];
        }

        return met.Length == 0 || probed.Capability.ModelServers is not { } servers
            ? probed
            : probed with { Capability = probed.Capability with { ModelServers = [.. servers.Select(s => s.Reason is null ? With(s, met) : s)] } };
    }

    private static ModelServer With(ModelServer server, IEnumerable<(Uri Server, DateTimeOffset At, string Message)> met)
    {
        var known = new[] { server.Url, server.ReachableURL }.Select(u => Uri.TryCreate(u, UriKind.Absolute, out var url) ? url : null).OfType<Uri>().ToList();
        var last = met.Where(m => known.Exists(k => ModelAddress.AreSame(k, m.Server))).OrderByDescending(m => m.At).FirstOrDefault();
        return last.Server is null ? server : server with
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"it was out of memory at {last.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}: {last.Message}"),
        };
    }
}
