namespace Foreman.Tools;

/// <summary>
/// What the tools do about the faults of small models, part by part. Every run has all of it: only the comparison that
/// <c>docs/reference/loop.md</c> shows switches a part off, to measure what it is worth.
/// </summary>
internal sealed record ToolDefences
{
    /// <summary>What every run has.</summary>
    internal static ToolDefences All { get; } = new();

    /// <summary>An edit is also found with other line ends, white space at line ends and indentation; without it only byte for byte.</summary>
    internal bool MatchesLeniently { get; init; } = true;

    /// <summary>An edit that is not found is answered with the nearest text.</summary>
    internal bool ShowsNearestText { get; init; } = true;

    /// <summary>After two misses on a file the model gets it whole, with the advice to write it anew.</summary>
    internal bool EscalatesToWholeFile { get; init; } = true;

    /// <summary>A path that does not exist is answered with files that it may mean.</summary>
    internal bool NamesNearPaths { get; init; } = true;
}
