namespace Foreman.Runner.Gates;

/// <summary>Names of somebody else's files in commands of ours. Pure.</summary>
internal static class ShellText
{
    /// <summary>The text as one word of sh, whatever is in it.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
