namespace Foreman.Runner.Reviews;

/// <summary>Holds the place of a finding against the repository. Pure.</summary>
internal static class FindingCheck
{
    /// <summary>The finding with a place that exists, and whether the branch changed it; what the reviewer wrote is kept beside what is corrected.</summary>
    /// <param name="finding">As it was read.</param>
    /// <param name="cited">The file that it names; null when the repository has none of the name.</param>
    public static Finding Of(Finding finding, CitedFile? cited)
    {
        if (finding.File is not { } claimed)
        {
            return finding with { Grounding = Grounding.No };
        }

        if (cited is null)
        {
            return finding with { File = null, Line = null, FileClaimed = claimed, LineClaimed = finding.Line, Grounding = Grounding.No };
        }

        var placed = finding with { File = cited.Path, FileClaimed = cited.Path == claimed ? null : claimed };
        if (IsWithoutLines(cited))
        {
            return placed with { Grounding = Grounding.Unknown };
        }

        if (finding.Line is not { } line)
        {
            return placed with { Grounding = Grounding.No };
        }

        return cited.Lines is { } lines && line > lines
            ? placed with { Line = null, LineClaimed = line, Grounding = Grounding.No }
            : placed with { Grounding = cited is { IsChanged: true, Touched: { } touched } && touched.Contains(line) ? Grounding.Yes : Grounding.No };
    }

    // Of a changed picture, or of a file that only became executable, no line can be right or wrong.
    private static bool IsWithoutLines(CitedFile cited) => cited is { IsChanged: true, Touched: null or { Count: 0 } };
}
