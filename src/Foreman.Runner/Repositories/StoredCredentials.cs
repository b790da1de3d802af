using Foreman.Git;
using Foreman.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Repositories;

/// <summary>
/// Gives out tokens that are stored somewhere, by host. They are read again when one is asked for later, so that a renewed one is used from
/// then on. All methods may be called at the same time.
/// </summary>
public sealed class StoredCredentials : ICredentialBroker, IDisposable
{
    // What was read so lately is not read again: one call of git follows the other.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    // Whoever has just stored or granted a token tries again soon.
    private static readonly TimeSpan FreshProblem = TimeSpan.FromSeconds(2);

    // Tokens of applications are renewed every hour; what was given out longer ago is no longer valid.
    private const int MostRemembered = 200;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<string> _given = [];
    private readonly ITokenStore _store;
    private readonly TokenKeys _keys;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Known? _known;

    private StoredCredentials(ITokenStore store, TokenKeys keys, TimeProvider time, ILogger logger) => (_store, _keys, _time, _logger) = (store, keys, time, logger);

    /// <summary>Tokens of a Secret. While the API server can't be reached, the last ones are used.</summary>
    /// <param name="kubernetes">The API, as this host.</param>
    /// <param name="secret">Where they lie.</param>
    /// <param name="keys">Under which keys.</param>
    /// <param name="options">Who this host is, for the message when it may not read the Secret.</param>
    /// <param name="time">The clock of their age and of waits.</param>
    /// <param name="logger">Told why there are no tokens; never of a value.</param>
    public static StoredCredentials OfSecret(IKubernetes kubernetes, GitSecret secret, TokenKeys keys, RunnerOptions options, TimeProvider time, ILogger logger) =>
        new(new SecretTokens(kubernetes, secret, keys, options, time), keys, time, logger);

    /// <summary>Tokens of a folder with a file for each, such as a mounted Secret.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="keys">What its files are called.</param>
    /// <param name="time">The clock of their age.</param>
    /// <param name="logger">As of <see cref="OfSecret"/>.</param>
    public static StoredCredentials OfFolder(string folder, TokenKeys keys, TimeProvider time, ILogger logger) => new(new FolderTokens(folder), keys, time, logger);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Secrets
    {
        get
        {
            lock (_gate)
            {
                return [.. _given];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<GitCredential?> ForHostAsync(string host, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(cancellationToken).ConfigureAwait(false);
        return known.Tokens.TryGetValue(host, out var token) ? new GitCredential(token) : null;
    }

    /// <inheritdoc/>
    public string? Missing(string host)
    {
        var known = Volatile.Read(ref _known);
        return known is null || known.Tokens.ContainsKey(host) ? null
            : known.Reading.Problem is { } problem ? problem
            : _keys.FaultIn(known.Reading, host) is { } fault ? $"{_store.Place} has no token for {host} that can be used: {fault}"
            : $"{_store.Place} has no token for {host}: add one with the key {_keys.KeyOf(host)}";
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<Known> KnownAsync(CancellationToken stop)
    {
        if (WhileFresh(Volatile.Read(ref _known)) is { } now)
        {
            return now;
        }

        await _one.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var last = Volatile.Read(ref _known);
            if (WhileFresh(last) is { } meanwhile)
            {
                return meanwhile;
            }

            var reading = await _store.ReadAsync(last?.Reading, stop).ConfigureAwait(false);
            var known = new Known(reading, _keys.TokensIn(reading.Values), _time.GetTimestamp());
            Remember(known.Tokens.Values);
            if (reading.Problem is { } problem && problem != last?.Reading.Problem)
            {
                _logger.NoGitTokens(problem);
            }

            Volatile.Write(ref _known, known);
            return known;
        }
        finally
        {
            _ = _one.Release();
        }
    }

    private Known? WhileFresh(Known? known) =>
        known is not null && _time.GetElapsedTime(known.At) < (known.Reading.Problem is null ? Fresh : FreshProblem) ? known : null;

    private void Remember(IEnumerable<string> tokens)
    {
        lock (_gate)
        {
            _given.AddRange(tokens.Except(_given, StringComparer.Ordinal).ToList());
            _given.RemoveRange(0, Math.Max(0, _given.Count - MostRemembered));
        }
    }

    private sealed record Known(TokenReading Reading, IReadOnlyDictionary<string, string> Tokens, long At);
}
