using Foreman.Agent.Hosting;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Identity;

/// <summary>
/// Renews the host's token with the host's own identity, and after a time without the cluster, when that has expired, with the one that is
/// good for nothing else. An identity that nobody accepts is told, and ends the agent only when it is gone for good.
/// </summary>
internal sealed class TokenRenewal : IDisposable
{
    /// <summary>Bound on one request, above the client's own.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(45);

    /// <summary>The least time between a renewal and the next, also when the server refuses what it has just given.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly AgentContext _context;
    private readonly Func<int> _runs;
    private readonly AsyncAutoResetEvent _wake;
    private readonly Random _random;
    private readonly Lazy<KubernetesClient> _renewing;
    private IdentityState? _state;
    private int _failures;
    private long? _refusedSince;
    private long? _renewalGotAt;

    /// <param name="context">The agent.</param>
    /// <param name="runs">How many runs go on.</param>
    public TokenRenewal(AgentContext context, Func<int> runs)
    {
        (_context, _runs) = (context, runs);
        _wake = new AsyncAutoResetEvent(context.Time);
        _renewing = new(NewClient);
#pragma warning disable CA5394 // Spreads the requests of many hosts; guards nothing.
        _random = new Random(context.Seed);
#pragma warning restore CA5394
        if (context.Credentials is { } credentials)
        {
            credentials.Refused += _wake.Set;
        }
    }

    /// <summary>Renews until cancelled. It ends at once where the credentials are not the agent's to renew.</summary>
    /// <exception cref="ExitException">The identity is gone for good.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (_context.Credentials is { } credentials)
        {
            await WaitAsync(credentials.Token.Life, cancellationToken);
            await RenewAsync(credentials, cancellationToken);
        }
    }

    /// <summary>
    /// Renews at the start: how old a token of an earlier process is can't be told by a clock that may be wrong. While no credential is accepted
    /// it tries again, because results of that process may still be delivered once the host is enrolled again.
    /// </summary>
    /// <exception cref="ExitException">The identity is gone for good.</exception>
    /// <exception cref="KubernetesException">The server answers, and does not let the host begin.</exception>
    /// <exception cref="KubernetesUnreachableException">The server can't be reached.</exception>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        while (_context.Credentials is { } credentials && await RenewAsync(credentials, cancellationToken) is { } failure)
        {
            if (failure is not KubernetesException { IsUnauthorized: true })
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }

            await WaitAsync(credentials.Token.Life, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_renewing.IsValueCreated)
        {
            _renewing.Value.Dispose();
        }
    }

    // A refused token is renewed at once, but not again and again where that has failed.
    private async Task WaitAsync(TimeSpan life, CancellationToken cancellationToken)
    {
        var (state, failures) = (_state ?? IdentityState.Renewed, Math.Max(_failures, 1));
        var wait = RenewalDecision.Wait(state, life, failures, NextJitter());
        if (state is not (IdentityState.Renewed or IdentityState.NotGranted) || wait <= Pause)
        {
            await Task.Delay(wait, _context.Time, cancellationToken);
            return;
        }

        await Task.Delay(Pause, _context.Time, cancellationToken);
        await _wake.WaitAsync(wait - Pause, cancellationToken);
    }

    /// <summary>One try.</summary>
    /// <returns>The failure that keeps the agent from working; null when its token may do.</returns>
    private async Task<Exception?> RenewAsync(HostCredentials credentials, CancellationToken cancellationToken)
    {
        credentials.Refresh();
        var token = credentials.Token;
        var own = await AskAsync(_context.Kubernetes, token, RenewalDecision.Life(token.Life), token.Binding, cancellationToken);
        if (own.Answer == TokenAnswer.Given && RenewalDecision.Keeps(token.Life, credentials.Renewal is not null))
        {
            own = new(TokenAnswer.Denied, null, null);
        }

        var renewal = own.Answer is TokenAnswer.Refused or TokenAnswer.Denied && credentials.Renewal is not null
            ? await AskAsync(_renewing.Value, token, RenewalDecision.Life(token.Life), token.Binding, cancellationToken)
            : null;
        var state = RenewalDecision.Judge(own.Answer, renewal?.Answer, RefusedFor(), _runs() > 0);
        if ((own.Token ?? renewal?.Token) is { } fresh)
        {
            Store(credentials, fresh, null);
            await RenewAlongAsync(credentials, cancellationToken);
        }

        return Conclude(state, credentials, own.Failure, renewal?.Failure);
    }

    private Exception? Conclude(IdentityState state, HostCredentials credentials, Exception? own, Exception? renewal)
    {
        _failures = state == IdentityState.Renewed ? 0 : state == _state ? _failures + 1 : 1;
        _state = state;
        _refusedSince = state is IdentityState.EnrollAgain or IdentityState.Gone ? _refusedSince ?? _context.Time.GetTimestamp() : null;
        switch (state)
        {
            case IdentityState.Renewed:
                _context.Logger.TokenRenewed(credentials.Token.ToString());
                return null;
            case IdentityState.NotGranted:
                if (_failures == 2)
                {
                    _context.Logger.TokenNotRenewable(credentials.Token.ToString(), _context.NodeName);
                }

                return null;
            case IdentityState.Gone:
                throw new ExitException(ExitCodes.BadConfiguration, ApiErrors.EnrollAgain(own!, _context.NodeName), own);
            case IdentityState.EnrollAgain:
                _context.Logger.EnrollAgain(ApiErrors.EnrollAgain(own!, _context.NodeName));
                return own;
            default:
                var failure = renewal is KubernetesException or KubernetesUnreachableException ? renewal : own!;
                _context.Logger.TokenNotRenewed(credentials.Token.ToString(), failure.Message);
                return failure is KubernetesUnreachableException || own is KubernetesException { IsUnauthorized: true } ? failure : null;
        }
    }

    private async Task RenewAlongAsync(HostCredentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.Renewal is not { } renewal
            || !RenewalDecision.RenewsAlong(renewal.Life, _renewalGotAt is { } at ? _context.Time.GetElapsedTime(at) : null))
        {
            return;
        }

        var answer = await AskAsync(_renewing.Value, renewal, renewal.Life < TokenRequests.Offline ? renewal.Life : TokenRequests.Offline, null, cancellationToken);
        if (answer.Token is { } fresh)
        {
            _renewalGotAt = _context.Time.GetTimestamp();
            Store(credentials, null, fresh);
        }
        else
        {
            _context.Logger.RenewalTokenNotRenewed(renewal.ToString(), answer.Failure?.Message ?? "");
        }
    }

    private void Store(HostCredentials credentials, HostToken? token, HostToken? renewal)
    {
        if (credentials.Replace(token, renewal) is { } problem)
        {
            _context.Logger.KubeconfigNotWritten(credentials.File, problem);
        }
    }

    /// <summary>Asks for a token of a ServiceAccount.</summary>
    private async Task<TokenReply> AskAsync(IKubernetes client, HostToken of, TimeSpan life, TokenBinding? binding, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(CallLimit, _context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var answer = await client.Dynamic.CreateSubresourceAsync(new(V1ServiceAccount.Type, of.Account, of.Namespace), "token", TokenRequests.Body(life, binding), either.Token);
            return HostToken.Read(TokenRequests.Read(answer)?.Value) is { } token
                ? new(TokenAnswer.Given, token, null)
                : new(TokenAnswer.Failed, null, new InvalidDataException("the API server answered without a token"));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (KubernetesException e)
        {
            // The account or the Secret that the token is bound to may be gone, or be another one of the same name.
            var answer = e.IsUnauthorized || e.IsNotFound || e.IsConflict ? TokenAnswer.Refused : e.IsForbidden ? TokenAnswer.Denied : TokenAnswer.Failed;
            return new(answer, null, e);
        }
#pragma warning disable CA1031 // Whatever the fault, the next try may succeed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(TokenAnswer.Failed, null, e);
        }
    }

    private KubernetesClient NewClient() => new(
        _context.Kubernetes.Configuration with { TokenSource = _ => _context.Credentials?.Renewal?.Value ?? "" },
        new KubernetesClientOptions { Time = _context.Time, Logger = _context.Logger, FieldManager = ApiGroup.FieldManager });

    private TimeSpan RefusedFor() => _refusedSince is { } since ? _context.Time.GetElapsedTime(since) : TimeSpan.Zero;

#pragma warning disable CA5394 // As above.
    private double NextJitter() => _random.NextDouble();
#pragma warning restore CA5394

    private sealed record TokenReply(TokenAnswer Answer, HostToken? Token, Exception? Failure);
}
