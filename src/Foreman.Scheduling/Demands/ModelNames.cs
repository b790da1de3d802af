namespace Foreman.Scheduling;

/// <summary>Whether two names mean the same model.</summary>
internal static class ModelNames
{
    private const string DefaultTag = ":latest";

    /// <summary>Servers differ in letter case, and Ollama adds <c>:latest</c> to names without a tag.</summary>
    public static bool Same(string a, string b) =>
        string.Equals(WithoutDefaultTag(a), WithoutDefaultTag(b), StringComparison.OrdinalIgnoreCase);

    private static string WithoutDefaultTag(string name) =>
        name.EndsWith(DefaultTag, StringComparison.OrdinalIgnoreCase) ? name[..^DefaultTag.Length] : name;
}
