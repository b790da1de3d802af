using System.Globalization;

namespace Foreman.Kubernetes.Faults.Tests.Election;

/// <summary>One write of a leader as the server carried it out.</summary>
internal sealed record LogEntry(string Version, string Identity, long Term, int Number);

/// <summary>Every write to the leaders' log, in the server's order, as a watch tells it.</summary>
internal sealed class LogHistory : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<LogEntry> _entries = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IKubernetes _client;
    private readonly string _space;
    private readonly Task _following;

    private LogHistory(IKubernetes client, string space, string version)
    {
        (_client, _space) = (client, space);
        _following = FollowAsync(version);
    }

    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    public LogEntry? Last
    {
        get
        {
            lock (_gate)
            {
                return _entries.LastOrDefault();
            }
        }
    }

    /// <summary>Makes an empty log and follows it.</summary>
    public static async Task<LogHistory> StartAsync(IKubernetes client, string space)
    {
        var log = await client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Name = "log", NamespaceProperty = space },
            Data = new Dictionary<string, string> { ["last"] = "" },
        });
        return new(client, space, log.ResourceVersion());
    }

    /// <summary>Waits for a leader of a later term to write, and returns its entry.</summary>
    public Task<LogEntry> LaterThanAsync(long term) =>
        Eventually.GetAsync(() => Task.FromResult(Last is { } last && last.Term > term ? last : null), $"a leader after term {term} to write", Contenders.Patience);

    /// <summary>Waits until the term has so many entries, or is over.</summary>
    public Task WritesOfAsync(long term, int count) => Eventually.TrueAsync(
        () => Last!.Term > term || Entries.Count(e => e.Term == term) >= count, $"{count} writes of term {term}", Contenders.Patience);

    /// <summary>Waits until everything is here that the server has, so that what is missing did not happen.</summary>
    public async Task CompleteAsync()
    {
        var version = (await _client.ReadAsync<V1ConfigMap>("log", _space)).ResourceVersion();
        await Eventually.TrueAsync(() => Last?.Version is { } last && !ResourceVersions.IsOlder(last, version), "the whole history", Contenders.Patience);
    }

    /// <summary>Every place where a write of a term stands after one of a later term, and every term with two writers.</summary>
    public IReadOnlyList<string> Violations()
    {
        var entries = Entries;
        var backwards = entries.Zip(entries.Skip(1)).Where(pair => pair.Second.Term < pair.First.Term).Select(pair => $"{pair.Second} landed after {pair.First}");
        var shared = entries.GroupBy(e => e.Term).Where(g => g.Select(e => e.Identity).Distinct().Count() > 1).Select(g => $"term {g.Key} has two writers");
        var twice = entries.GroupBy(e => (e.Identity, e.Number)).Where(g => g.Count() > 1).Select(g => $"{g.First()} landed twice");
        return [.. backwards, .. shared, .. twice];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    private async Task FollowAsync(string version)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var options = new WatchOptions { ResourceVersion = version, FieldSelector = Selectors.Equal("metadata.name", "log") };
                await foreach (var change in _client.WatchAsync<V1ConfigMap>(_space, options, _stop.Token))
                {
                    version = change.Object.ResourceVersion();
                    Take(change);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (KubernetesUnreachableException)
            {
                // Goes on from the last version.
            }
        }
    }

    private void Take(WatchEvent<V1ConfigMap> change)
    {
        if (change.Type != WatchEventType.Bookmark && change.Object.Data?.GetValueOrDefault("last") is { Length: > 0 } text)
        {
            var parts = text.Split(' ');
            lock (_gate)
            {
                _entries.Add(new(
                    change.Object.ResourceVersion(), parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture)));
            }
        }
    }
}
