namespace Foreman.Api;

/// <summary>The version stamp of definitions: the release that they were written for.</summary>
public static class DefinitionsVersion
{
    /// <summary>Annotation of each definition that holds the stamp.</summary>
    public const string Annotation = Labels.Prefix + "definitions-version";

    /// <summary>The stamp of this program's definitions: its own version, three numbers.</summary>
    public static string Current { get; } = typeof(DefinitionsVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>How definitions are older than this program, without the end of the sentence; null when they are not.</summary>
    /// <param name="stamp">Their stamp, null for none; <see cref="Current"/> where it can't be read.</param>
    /// <param name="lacks">What <see cref="DefinitionFields.Tell"/> says of each kind.</param>
    public static string? Older(string? stamp, IEnumerable<string> lacks)
    {
        string[] found = [.. lacks, .. AgeOf(stamp) is { } age ? (string[])[age] : []];
        return found.Length == 0 ? null : string.Join("; ", found);
    }

    /// <summary>Whether a stamp is of an older release; false for none and for one that is no version. Releases that differ in the third number only have the same definitions.</summary>
    /// <param name="stamp">The stamp; null for none.</param>
    public static bool IsOlder(string? stamp) =>
        Version.TryParse(stamp, out var served) && (served.Major, served.Minor).CompareTo((Own.Major, Own.Minor)) < 0;

    private static string? AgeOf(string? stamp) =>
        IsOlder(stamp) ? $"they are of version {stamp}, this program is {Current}"
        : Version.TryParse(stamp, out _) ? null
        : $"they carry no version, this program is {Current}";

    private static Version Own => Version.Parse(Current);
}
