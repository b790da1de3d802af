using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.AgentLoop.Results;
using Foreman.Api;

namespace Foreman.Runner.Publishing;

/// <summary>Why a coder did not do the work, in words of its own that others act on. Pure.</summary>
internal static partial class CoderOutcome
{
    /// <summary>The work was done before, by what <c>resolvedBy</c> names.</summary>
    public const string AlreadyResolved = ResultEnvelope.AlreadyResolved;

    /// <summary>The work depends on facts that nobody here can know; <c>unverified</c> lists them.</summary>
    public const string NeedsVerification = "NEEDS-VERIFICATION";

    private const int MaxResolvedByBytes = 300;
    private const int MaxCommits = 5;

    /// <summary>The result with the outcome that a coder named beside its NO-GO; any other result as it is.</summary>
    /// <param name="envelope">The result.</param>
    /// <param name="agent">The task's Agent; null for the built-in one, which is a coder.</param>
    /// <param name="isInBase">True when the base holds one of <see cref="NamedCommits"/>; what else it names is only claimed.</param>
    public static ResultEnvelope Of(ResultEnvelope envelope, AgentSpec? agent, bool isInBase)
    {
        if (Said(envelope) is not { } said || (agent is not null && agent.Role != AgentRole.Coder))
        {
            return envelope;
        }

        var outcome = ResultFields.Text(said["outcome"])?.Trim().ToUpperInvariant();
        if (outcome is not (AlreadyResolved or NeedsVerification))
        {
            return envelope;
        }

        var extra = envelope.Extra!.DeepClone().AsObject();
        extra["outcome"] = outcome;
        if (outcome == AlreadyResolved && ResultFields.Text(said["resolvedBy"]) is { Length: > 0 } by)
        {
            extra[isInBase ? "resolvedBy" : "claimedResolvedBy"] = ResultLimit.Line(by, MaxResolvedByBytes);
        }
        else if (outcome == NeedsVerification && said["unverified"] is { } unverified)
        {
            extra["unverified"] = unverified.DeepClone();
        }

        return envelope with { Extra = extra };
    }

    /// <summary>What a coder names as what did the work before, as far as it can be the name of a commit: the first few.</summary>
    /// <param name="envelope">The result.</param>
    public static IReadOnlyList<string> NamedCommits(ResultEnvelope envelope) =>
        ResultFields.Text(Said(envelope)?["resolvedBy"]) is { } by ? [.. Commit().Matches(by).Select(m => m.Value.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Take(MaxCommits)] : [];

    private static JsonObject? Said(ResultEnvelope envelope) => envelope.Verdict == Verdict.NoGo ? envelope.Extra?["modelExtra"] as JsonObject : null;

    [GeneratedRegex(@"\b[0-9a-f]{7,64}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Commit();
}
