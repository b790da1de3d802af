using System.Net;

namespace Foreman.Probes;

/// <summary>Detects the model servers of this host concurrently.</summary>
/// <param name="options">Where to look.</param>
/// <param name="time">The clock.</param>
/// <param name="history">What is remembered between probes; null for a single probe, which knows no earlier time.</param>
internal sealed class ServerProbe(ProbeOptions options, TimeProvider time, ServerHistory? history) : IDisposable
{
    private readonly HttpClient _http = CachedProbeClient.NewClient(options);
    private readonly ServerIdentifier _identifier = new();

    public async Task<IReadOnlyList<ServerFinding>> FindAsync(CancellationToken cancellationToken)
    {
        var listening = LocalNetwork.Listening();
        var candidates = ServerUrls.Candidates(options, listening);
        candidates = history?.WithKnown(candidates) ?? candidates;
        var findings = await Task.WhenAll(candidates.Select(c => ProbeAsync(c, cancellationToken)));
        var ownAddress = new Lazy<IPAddress?>(LocalNetwork.OwnAddress);
        return [.. findings.OfType<ServerFinding>().DistinctBy(f => f.Server.Url).Select(f => f with
        {
            Server = f.Server with { ReachableURL = ServerUrls.Reachable(f.Server.Url, listening, options.Reachable, ownAddress.Value) },
        })];
    }

    public void Dispose() => _http.Dispose();

    private async Task<ServerFinding?> ProbeAsync(ServerCandidate candidate, CancellationToken cancellationToken)
    {
        CachedProbeClient? asked = null;
        foreach (var address in history?.InOrder(candidate) ?? candidate.Addresses)
        {
            var client = new CachedProbeClient(_http, address, options, time);
            if (await IdentifyAsync(client, cancellationToken) is { } finding)
            {
                history?.Found(candidate, address, finding);
                return finding;
            }

            // Of several addresses one at which somebody listens tells more.
            asked = asked is null || (IsRefused(asked) && !IsRefused(client)) ? client : asked;
            if (client.FirstFailure?.FailureKind == FailureKind.TimedOut)
            {
                break;
            }
        }

        var explained = await ServerIdentifier.ExplainAsync(asked!, cancellationToken);
        return history is null
            ? candidate.Named ? explained : null
            : history.Missing(candidate, asked!.FirstFailure, explained, time.GetUtcNow());
    }

    private static bool IsRefused(CachedProbeClient client) => client.FirstFailure?.FailureKind == FailureKind.Refused;

    private async Task<ServerFinding?> IdentifyAsync(CachedProbeClient client, CancellationToken cancellationToken)
    {
        var finding = await _identifier.IdentifyAsync(client, time.GetUtcNow(), cancellationToken);
        return client.TooLarge is { } path
            ? ServerFinding.Unhealthy(finding?.Server.Kind ?? Api.ModelServerKind.OpenAI, client.Url, ServerIdentifier.TooLarge(client.Describe(path)))
            : finding;
    }
}
