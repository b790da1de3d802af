using System.Collections.Concurrent;
using System.Globalization;
using Foreman.Primitives;

namespace Foreman.Probes;

/// <summary>What is remembered of each server between probes: its last result, where it answered, and since when it is gone.</summary>
internal sealed class ServerHistory
{
    /// <summary>How long a server that nobody configured is reported after it went.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The candidates with those that were found before and are none now: where a server has ended nothing listens any more.</summary>
    public IReadOnlyList<ServerCandidate> WithKnown(IReadOnlyList<ServerCandidate> candidates) =>
        [.. candidates.Concat(_entries.Values.Where(e => e.Finding is not null).Select(e => e.Candidate)).DistinctBy(c => c.Url)];

    /// <summary>The addresses of a candidate, the one that answered last first.</summary>
    public IReadOnlyList<ModelAddress> InOrder(ServerCandidate candidate) => _entries.TryGetValue(candidate.Url, out var entry)
        ? [.. candidate.Addresses.OrderByDescending(a => a == entry.Address)]
        : candidate.Addresses;

    /// <summary>A server has answered.</summary>
    public void Found(ServerCandidate candidate, ModelAddress address, ServerFinding finding) => _entries[candidate.Url] = new Entry(candidate, address, finding, 0, null);

    /// <summary>What is reported of a server that does not answer now; null when nothing is.</summary>
    /// <param name="candidate">The server.</param>
    /// <param name="failure">Why the request failed; null when something else than a model server answered.</param>
    /// <param name="explained">The reason in full.</param>
    /// <param name="now">The time of this probe.</param>
    public ServerFinding? Missing(ServerCandidate candidate, ProbeResponse? failure, ServerFinding explained, DateTimeOffset now)
    {
        if (!_entries.TryGetValue(candidate.Url, out var last))
        {
            if (!candidate.Named)
            {
                return null;
            }

            _entries[candidate.Url] = new Entry(candidate, candidate.Addresses[0], null, 0, now);
            return Since(explained, explained, now);
        }

        // A busy server may miss one deadline, so the last result is kept; at the second it counts as hanging.
        if (failure?.FailureKind == FailureKind.TimedOut && last is { Missed: 0, Gone: null, Finding: { } kept })
        {
            _entries[candidate.Url] = last with { Missed = 1 };
            return kept;
        }

        var gone = last.Gone ?? now;
        if (!candidate.Named && now - gone >= Forgotten)
        {
            _entries.TryRemove(candidate.Url, out _);
            return null;
        }

        _entries[candidate.Url] = last with { Missed = last.Missed + 1, Gone = gone };
        return Since(explained, last.Finding ?? explained, gone);
    }

    private static ServerFinding Since(ServerFinding explained, ServerFinding known, DateTimeOffset gone)
    {
        var since = gone.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var reason = ReferenceEquals(explained, known)
            ? $"{explained.Server.Reason} (since {since})"
            : $"it has stopped answering since {since}: {explained.Server.Reason}";
        return ServerFinding.Unhealthy(known.Server.Kind, known.Server.Url, reason, known.Server.Version);
    }

    /// <param name="Candidate">The server.</param>
    /// <param name="Address">Where it answered last.</param>
    /// <param name="Finding">The last result; null when it never answered.</param>
    /// <param name="Missed">Probes in a row without an answer.</param>
    /// <param name="Gone">When it was first found not to answer.</param>
    private sealed record Entry(ServerCandidate Candidate, ModelAddress Address, ServerFinding? Finding, int Missed, DateTimeOffset? Gone);
}
