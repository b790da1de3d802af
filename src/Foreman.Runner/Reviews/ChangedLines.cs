using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Foreman.Runner.Reviews;

/// <summary>Which lines of one file a diff touches: those that are new, and those beside which others are gone. Pure.</summary>
internal static partial class ChangedLines
{
    /// <summary>Reads the diff of one file.</summary>
    /// <param name="diff">Unified, whole, of one file only.</param>
    /// <returns>Numbers in the new file, from 1; where it is gone, numbers in the old one.</returns>
    public static ImmutableHashSet<long> Of(string diff)
    {
        var touched = ImmutableHashSet.CreateBuilder<long>();
        var (isGone, isCut) = (false, false);
        var (oldLine, newLine, oldLeft, newLeft) = (0L, 0L, 0L, 0L);
        foreach (var line in diff.Split('\n'))
        {
            if (oldLeft <= 0 && newLeft <= 0)
            {
                Close();
                if (Hunk().Match(line) is { Success: true } hunk)
                {
                    (oldLine, oldLeft) = Range(hunk, "old");
                    (newLine, newLeft) = Range(hunk, "new");
                    isGone = newLine == 0 && newLeft == 0;

                    // A hunk without lines of one side names the line before it.
                    newLine += newLeft == 0 ? 1 : 0;
                }

                continue;
            }

            switch (line.Length == 0 ? ' ' : line[0])
            {
                case '+':
                    (isCut, newLeft) = (false, newLeft - 1);
                    _ = touched.Add(newLine++);
                    break;
                case '-':
                    (isCut, oldLeft) = (!isGone, oldLeft - 1);
                    _ = isGone && touched.Add(oldLine);
                    oldLine++;
                    break;
                case '\\':
                    break;
                default:
                    Close();
                    (oldLine, newLine, oldLeft, newLeft) = (oldLine + 1, newLine + 1, oldLeft - 1, newLeft - 1);
                    break;
            }
        }

        Close();
        return touched.ToImmutable();

        // Where lines are gone and none came, those on both sides stand for them.
        void Close()
        {
            if (isCut)
            {
                _ = newLine > 1 && touched.Add(newLine - 1);
                _ = touched.Add(newLine);
            }

            isCut = false;
        }
    }

    private static (long First, long Count) Range(Match hunk, string side) => (
        long.Parse(hunk.Groups[side].Value, CultureInfo.InvariantCulture),
        hunk.Groups[side + "Count"] is { Success: true } count ? long.Parse(count.Value, CultureInfo.InvariantCulture) : 1);

    [GeneratedRegex(@"^@@ -(?<old>\d{1,9})(,(?<oldCount>\d{1,9}))? \+(?<new>\d{1,9})(,(?<newCount>\d{1,9}))? @@", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Hunk();
}
