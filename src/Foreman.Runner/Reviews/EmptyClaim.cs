using System.Text.RegularExpressions;

namespace Foreman.Runner.Reviews;

/// <summary>Tells whether a reviewer says that there is nothing to review. Pure.</summary>
internal static partial class EmptyClaim
{
    /// <summary>True when a text says that the branch is empty, not there, or unreadable; a vague word is not enough.</summary>
    public static bool IsIn(string text) => Says().IsMatch(text);

    [GeneratedRegex(
        @"\bno\s+commits?\b|\bno\s+code\s+changes?\b|\bno\s+(changes|diff)\s+(ahead|at\s+all|present)\b|\bempty\s+(branch|diff|commit|history|repository)\b|\b(branch|diff)\s+(is\s+)?empty\b|\bnothing\s+to\s+review\b|\bhistory\s+is\s+(unreadable|empty)\b|\b(cannot|can't|could\s+not)\s+(read|see|find|clone|access)\s+(the\s+)?(commits?|history|branch|code|repo|repository|diff)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Says();
}
