using System.Text.Json.Nodes;
using Foreman.AgentLoop.Results;
using Foreman.Api;

namespace Foreman.Runner.Publishing;

/// <summary>Why a coder did not do the work, in words of its own that others act on. Pure.</summary>
internal static class CoderOutcome
{
    /// <summary>The work was done before, by what <c>resolvedBy</c> names.</summary>
    public const string AlreadyResolved = ResultEnvelope.AlreadyResolved;

    /// <summary>The work depends on facts that nobody here can know; <c>unverified</c> lists them.</summary>
    public const string NeedsVerification = "NEEDS-VERIFICATION";

    private const int MaxResolvedByBytes = 300;

    /// <summary>The result with the outcome that a coder named beside its NO-GO; any other result as it is.</summary>
    /// <param name="envelope">The result.</param>
    /// <param name="agent">The task's Agent; null for the built-in one, which is a coder.</param>
    public static ResultEnvelope Of(ResultEnvelope envelope, AgentSpec? agent)
    {
        if (envelope.Verdict != Verdict.NoGo || envelope.Extra is not { } all || all["modelExtra"] is not JsonObject said || (agent is not null && agent.Role != AgentRole.Coder))
        {
            return envelope;
        }

        var outcome = ResultFields.Text(said["outcome"])?.Trim().ToUpperInvariant();
        if (outcome is not (AlreadyResolved or NeedsVerification))
        {
            return envelope;
        }

        var extra = all.DeepClone().AsObject();
        extra["outcome"] = outcome;
        if (outcome == AlreadyResolved && ResultFields.Text(said["resolvedBy"]) is { Length: > 0 } by)
        {
            extra["resolvedBy"] = ResultLimit.Line(by, MaxResolvedByBytes);
        }
        else if (outcome == NeedsVerification && said["unverified"] is { } unverified)
        {
            extra["unverified"] = unverified.DeepClone();
        }

        return envelope with { Extra = extra };
    }
}
