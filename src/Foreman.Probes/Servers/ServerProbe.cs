using System.Collections.Concurrent;
using System.Net;

namespace Foreman.Probes;

/// <summary>Detects the model servers of this host concurrently, and keeps the last result of each.</summary>
internal sealed class ServerProbe(ProbeOptions options, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = CachedProbeClient.NewClient();
    private readonly ServerIdentifier _identifier = new();
    private readonly ConcurrentDictionary<string, LastFinding> _known = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<ServerFinding>> FindAsync(CancellationToken cancellationToken)
    {
        var listening = LocalNetwork.Listening();
        var candidates = ServerUrls.Candidates(options, listening);
        var findings = await Task.WhenAll(candidates.Select(c => ProbeAsync(c.Url, c.Named, cancellationToken)));
        var ownAddress = new Lazy<IPAddress?>(LocalNetwork.OwnAddress);
        return [.. findings.OfType<ServerFinding>().Select(f => f with
        {
            Server = f.Server with { ReachableURL = ServerUrls.Reachable(f.Server.Url, listening, options.Reachable, ownAddress.Value) },
        })];
    }

    public void Dispose() => _http.Dispose();

    private async Task<ServerFinding?> ProbeAsync(string url, bool named, CancellationToken cancellationToken)
    {
        var client = new CachedProbeClient(_http, url, options.RequestTimeout, time);
        var finding = await _identifier.IdentifyAsync(client, time.GetUtcNow(), cancellationToken);
        if (finding is not null)
        {
            _known[url] = new LastFinding(finding, 0);
            return finding;
        }

        // A busy server may miss one deadline, so the last result is kept; at the second it counts as hanging.
        if (client.FirstFailure?.FailureKind == FailureKind.TimedOut && _known.TryGetValue(url, out var last))
        {
            var missedDeadlines = last.MissedDeadlines + 1;
            _known[url] = last with { MissedDeadlines = missedDeadlines };
            return missedDeadlines == 1
                ? last.Finding
                : ServerFinding.Unhealthy(last.Finding.Server.Kind, url, $"{url} has stopped answering: {client.FirstFailure.Failure}", last.Finding.Server.Version);
        }

        _known.TryRemove(url, out _);
        return named ? await ServerIdentifier.ExplainAsync(client, cancellationToken) : null;
    }

    private sealed record LastFinding(ServerFinding Finding, int MissedDeadlines);
}
