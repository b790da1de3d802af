using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Agent.Identity;

/// <summary>What came of asking for a token.</summary>
internal enum TokenAnswer
{
    /// <summary>It was given.</summary>
    Given,

    /// <summary>The server does not accept the credential, or what it belongs to is gone.</summary>
    Refused,

    /// <summary>The credential is accepted and may not have it.</summary>
    Denied,

    /// <summary>No answer, or one that says nothing of the credential.</summary>
    Failed,
}

/// <summary>How it stands with the host's identity.</summary>
internal enum IdentityState
{
    /// <summary>The token was renewed.</summary>
    Renewed,

    /// <summary>The token could not be renewed; trying again may help.</summary>
    Waiting,

    /// <summary>The token is accepted and is not renewed: the host may not, or was enrolled by an earlier release.</summary>
    NotGranted,

    /// <summary>No credential of the host is accepted: somebody must enroll it again.</summary>
    EnrollAgain,

    /// <summary>The same for so long that it is no passing fault of the server, and nothing runs that could still be delivered.</summary>
    Gone,
}

/// <summary>When tokens are renewed, and what follows when they are not. Pure.</summary>
internal static class RenewalDecision
{
    /// <summary>How long the server must refuse every credential before the identity counts as gone for good.</summary>
    public static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(10);

    /// <summary>How often the token for a time without the cluster is renewed, unless its life is short.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromDays(1);

    // The share of its life after which a token is renewed lies between the two, so that hosts don't all come at once.
    private const double LeastShare = 0.7;
    private const double MostShare = 0.8;

    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>How it stands with the identity after a try.</summary>
    /// <param name="own">What came of asking with the host's token.</param>
    /// <param name="renewal">What came of asking with the one for a time without the cluster; null when there is none or it was not asked.</param>
    /// <param name="refusedFor">For how long every credential has been refused.</param>
    /// <param name="busy">Whether runs go on.</param>
    public static IdentityState Judge(TokenAnswer own, TokenAnswer? renewal, TimeSpan refusedFor, bool busy) => (own, renewal) switch
    {
        (TokenAnswer.Given, _) or (_, TokenAnswer.Given) => IdentityState.Renewed,
        (TokenAnswer.Refused, null or TokenAnswer.Refused) => refusedFor >= GoneAfter && !busy ? IdentityState.Gone : IdentityState.EnrollAgain,
        (TokenAnswer.Refused, TokenAnswer.Denied) => IdentityState.EnrollAgain,
        (TokenAnswer.Denied, _) => IdentityState.NotGranted,
        _ => IdentityState.Waiting,
    };

    /// <summary>How long to wait for the next try.</summary>
    /// <param name="state">How it stands.</param>
    /// <param name="life">Life of the token in use.</param>
    /// <param name="failures">Tries in a row that renewed nothing, from 1.</param>
    /// <param name="jitter">A number from 0 up to 1.</param>
    public static TimeSpan Wait(IdentityState state, TimeSpan life, int failures, double jitter) => state switch
    {
        IdentityState.Renewed => life * (MostShare - ((MostShare - LeastShare) * jitter)),
        IdentityState.Waiting => Retries.Delay(failures, jitter),
        // A right that was given a moment ago is not known to every API server at once.
        IdentityState.NotGranted when failures <= 1 => TimeSpan.FromSeconds(5 + (5 * jitter)),
        IdentityState.NotGranted => TimeSpan.FromMinutes(10 + (5 * jitter)),
        _ => TimeSpan.FromSeconds(30 + (15 * jitter)),
    };

    /// <summary>The life to ask for: that of the token before, within what hosts may have.</summary>
    /// <param name="before">Life of the token before.</param>
    public static TimeSpan Life(TimeSpan before) => before > TokenRequests.Longest ? TokenRequests.Usual : before < TokenRequests.Shortest ? TokenRequests.Shortest : before;

    /// <summary>
    /// Whether a token is kept as it is, because it lives longer than any that would replace it and nothing would get the host another
    /// after a time without the cluster: so it is where an earlier release enrolled the host, until the host joins.
    /// </summary>
    /// <param name="life">Its life.</param>
    /// <param name="hasRenewal">Whether the host has a token for a time without the cluster.</param>
    public static bool Keeps(TimeSpan life, bool hasRenewal) => life > TokenRequests.Longest && !hasRenewal;

    /// <summary>Whether the token for a time without the cluster is renewed along.</summary>
    /// <param name="life">Its life.</param>
    /// <param name="age">Time since this process got it; null when an earlier one did.</param>
    public static bool RenewsAlong(TimeSpan life, TimeSpan? age) => age is not { } known || known >= RenewalInterval || known >= life * LeastShare;
}
