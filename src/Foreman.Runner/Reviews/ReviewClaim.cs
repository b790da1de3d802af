using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.AgentLoop.Results;
using Foreman.Api;

namespace Foreman.Runner.Reviews;

/// <summary>What a reviewer submitted.</summary>
/// <param name="Verdict">GO or NO-GO; everything else is no verdict of a review.</param>
/// <param name="Summary">Its own words.</param>
internal sealed record ReviewClaim(Verdict Verdict, string Summary)
{
    /// <summary>The word of a reviewer for a change that no correction makes right.</summary>
    public const string Reject = "REJECT";

    private const int MaxFiles = 200;
    private const int MaxPathBytes = 400;

    /// <summary><c>APPROVE</c>, <c>REQUEST-CHANGES</c> or <c>REJECT</c>; null when none of them was said.</summary>
    public string? Outcome { get; init; }

    /// <summary>What it found.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Findings beyond the bound.</summary>
    public int FindingsLeftOut { get; init; }

    /// <summary>The files that it says the change touches; null when it did not say.</summary>
    public IReadOnlyList<string>? FilesTouched { get; init; }

    /// <summary>What it says that the issue asks for; null when it did not say.</summary>
    public string? IssueAsk { get; init; }

    /// <summary>Reads a result. A rejection without findings is one itself: its summary may name the place. Findings of a rejection are held to be major where they do not say. Pure.</summary>
    /// <param name="envelope">As the loop made it.</param>
    public static ReviewClaim Of(ResultEnvelope envelope)
    {
        var given = envelope.Extra?["modelExtra"] as JsonObject;
        var findings = FindingReader.Read(given?["findings"], envelope.Verdict == Verdict.NoGo ? Finding.Major : Finding.Minor, out var leftOut);
        if (findings.IsEmpty && envelope.Verdict == Verdict.NoGo && FindingReader.OfProse(Finding.Major, envelope.Summary) is { } prose)
        {
            findings = [prose];
        }

        var outcome = ResultFields.Text(given?["reviewOutcome"])?.Trim().ToUpperInvariant().Replace(' ', '-').Replace('_', '-');
        return new ReviewClaim(envelope.Verdict, envelope.Summary)
        {
            Outcome = outcome is "APPROVE" or "REQUEST-CHANGES" or Reject ? outcome : null,
            Findings = findings,
            FindingsLeftOut = leftOut,
            FilesTouched = given?["filesTouched"] is JsonArray files ? [.. files.Select(ResultFields.Text).OfType<string>().Take(MaxFiles).Select(f => ResultLimit.Line(f, MaxPathBytes))] : null,
            IssueAsk = ResultFields.Text(given?["issueAsk"]) is { } ask && !string.IsNullOrWhiteSpace(ask) ? ResultLimit.Line(ask, Reviews.IssueAsk.MaxBytes) : null,
        };
    }
}
