using Foreman.Git;
using Foreman.Kubernetes;
using Foreman.Runner.Fencing;
using Foreman.Runner.Stages;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Repositories;

/// <summary>
/// Gives out the tokens of a Secret, which is read again when they are asked for later, so that a renewed one is used from then on. While
/// the API server can't be reached, the last ones are used. All methods may be called at the same time.
/// </summary>
/// <param name="kubernetes">The API, as this host.</param>
/// <param name="secret">Where they lie.</param>
/// <param name="options">Who this host is, for the message when it may not read the Secret.</param>
/// <param name="time">The clock of the Secret's age and of waits.</param>
/// <param name="logger">Told why there are no tokens; never of a value.</param>
public sealed class SecretCredentials(IKubernetes kubernetes, GitSecret secret, RunnerOptions options, TimeProvider time, ILogger logger) : ICredentialBroker, IDisposable
{
    // A token that was read so lately is not asked for again: one call of git follows the other.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    // Whoever has just created the Secret or granted it tries again soon.
    private static readonly TimeSpan FreshProblem = TimeSpan.FromSeconds(2);

    // Tokens of applications are renewed every hour; what was given out longer ago is no longer valid.
    private const int MostRemembered = 200;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Jitter _jitter = new(options.Seed);
    private readonly Lock _gate = new();
    private readonly List<string> _given = [];
    private Known? _known;

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
            : known.Problem ?? $"Secret {secret} has no token for {host}: add one with the key {secret.KeyOf(host)}";
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<Known> KnownAsync(CancellationToken stop)
    {
        if (IsFresh(Volatile.Read(ref _known)) is { } now)
        {
            return now;
        }

        await _one.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            var last = Volatile.Read(ref _known);
            if (IsFresh(last) is { } meanwhile)
            {
                return meanwhile;
            }

            var read = await ReadAsync(last, stop).ConfigureAwait(false);
            Remember(read.Tokens.Values);
            if (read.Problem is { } problem && problem != last?.Problem)
            {
                logger.NoGitTokens(problem);
            }

            Volatile.Write(ref _known, read);
            return read;
        }
        finally
        {
            _ = _one.Release();
        }
    }

    private Known? IsFresh(Known? known) => known is not null && time.GetElapsedTime(known.At) < (known.Problem is null ? Fresh : FreshProblem) ? known : null;

    private async Task<Known> ReadAsync(Known? last, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var read = await kubernetes.TryReadAsync<V1Secret>(secret.Name, secret.Namespace, stop).ConfigureAwait(false);
                return read is null
                    ? None($"Secret {secret} does not exist: create it with the key {secret.Key} for {secret.DefaultHost}")
                    : new Known(secret.TokensIn(read.Data ?? new Dictionary<string, byte[]>()), null, time.GetTimestamp());
            }
            catch (KubernetesException e) when (e.IsForbidden)
            {
                return None(SecretGrant.Missing(options, secret.Namespace, secret.Name));
            }
            catch (Exception e) when (WriteFailure.Remedy(e) is not null)
            {
                if (last is not null)
                {
                    return last with { At = time.GetTimestamp() };
                }

                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(e), _jitter.Next()), time, stop).ConfigureAwait(false);
            }
        }
    }

    private Known None(string problem) => new(new Dictionary<string, string>(), problem, time.GetTimestamp());

    private void Remember(IEnumerable<string> tokens)
    {
        lock (_gate)
        {
            _given.AddRange(tokens.Except(_given, StringComparer.Ordinal).ToList());
            _given.RemoveRange(0, Math.Max(0, _given.Count - MostRemembered));
        }
    }

    /// <summary>What is known of the Secret.</summary>
    /// <param name="Tokens">By host.</param>
    /// <param name="Problem">Why it could not be read, and what to do; null when it could.</param>
    /// <param name="At">When it was read.</param>
    private sealed record Known(IReadOnlyDictionary<string, string> Tokens, string? Problem, long At)
    {
        // Records show all that they hold.
        public override string ToString() => $"{Tokens.Count} tokens";
    }
}
