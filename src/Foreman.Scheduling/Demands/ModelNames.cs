namespace Foreman.Scheduling;

/// <summary>Whether two names mean the same model.</summary>
internal static class ModelNames
{
    private const string DefaultTag = ":latest";
    private const string FileEnding = ".gguf";

    /// <summary>
    /// Servers differ in letter case, Ollama adds <c>:latest</c> to names without a tag, and llama-server names a model
    /// by the path of its file.
    /// </summary>
    public static bool Same(string a, string b) => string.Equals(Plain(a), Plain(b), StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) => WithoutDefaultTag(
        name.EndsWith(FileEnding, StringComparison.OrdinalIgnoreCase) ? name[(name.LastIndexOfAny(['/', '\\']) + 1)..] : name);

    private static string WithoutDefaultTag(string name) =>
        name.EndsWith(DefaultTag, StringComparison.OrdinalIgnoreCase) ? name[..^DefaultTag.Length] : name;
}
