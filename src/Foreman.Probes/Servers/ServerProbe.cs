using System.Collections.Concurrent;
using System.Net;

namespace Foreman.Probes;

/// <summary>Finds the model servers of this host, all at the same time, and remembers them from probe to probe.</summary>
internal sealed class ServerProbe(ProbeOptions options, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = CachedProbeClient.NewClient();
    private readonly ServerIdentifier _identifier = new();
    private readonly ConcurrentDictionary<string, Memory> _known = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<ServerFinding>> FindAsync(CancellationToken cancellationToken)
    {
        var listening = LocalNetwork.Listening();
        var candidates = ServerUrls.Candidates(options, listening);
        var findings = await Task.WhenAll(candidates.Select(c => AskAsync(c.Url, c.Named, cancellationToken)));
        var ownAddress = new Lazy<IPAddress?>(LocalNetwork.OwnAddress);
        return [.. findings.OfType<ServerFinding>().Select(f => f with
        {
            Server = f.Server with { ReachableURL = ServerUrls.Reachable(f.Server.Url, listening, options.Reachable, ownAddress.Value) },
        })];
    }

    public void Dispose() => _http.Dispose();

    private async Task<ServerFinding?> AskAsync(string url, bool named, CancellationToken cancellationToken)
    {
        var door = new CachedProbeClient(_http, url, options.RequestTimeout, time);
        var finding = await _identifier.IdentifyAsync(door, time.GetUtcNow(), cancellationToken);
        if (finding is not null)
        {
            _known[url] = new Memory(finding, 0);
            return finding;
        }

        // A server that is hard at work may miss one deadline; what it was a moment ago still holds. The second time it hangs.
        if (door.Silent?.Silence == Silence.TimedOut && _known.TryGetValue(url, out var memory))
        {
            var missed = memory.Missed + 1;
            _known[url] = memory with { Missed = missed };
            return missed == 1
                ? memory.Finding
                : ServerFinding.Unhealthy(memory.Finding.Server.Kind, url, $"{url} has stopped answering: {door.Silent.Failure}", memory.Finding.Server.Version);
        }

        _known.TryRemove(url, out _);
        return named ? await ServerIdentifier.ExplainAsync(door, cancellationToken) : null;
    }

    private sealed record Memory(ServerFinding Finding, int Missed);
}
