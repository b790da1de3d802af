namespace Foreman.Primitives;

/// <summary>
/// Names of models. A server's own id is what requests carry; it may be the path of a file or hold what no table should show. The
/// display name is the same on every host. Either finds the model again.
/// </summary>
public static class ModelName
{
    /// <summary>The longest id and the longest display name, in characters.</summary>
    public const int MaxLength = 256;

    private const int MostOfPath = 1024;
    private const string DefaultTag = ":latest";
    private const string FileEnding = ".gguf";
    private const string CacheFolder = "models--";
    private static readonly char[] Separators = ['/', '\\'];
    private static readonly char[] PartSeparators = ['-', '_', '/', ':', '.', ' ', '\\'];

    private static readonly HashSet<string> OfOthers = new(StringComparer.OrdinalIgnoreCase)
    {
        "embed", "embedding", "embeddings", "rerank", "reranker", "minilm", "bge", "whisper",
    };

    /// <summary>The id as it is shown: of a path the last part, everything that steers a terminal escaped, at most <see cref="MaxLength"/> characters.</summary>
    /// <param name="id">The server's own id.</param>
    public static string Display(string id) => Printable.Line(OfPath(id), MaxLength - 8);

    /// <summary>The served model that is meant; the most exact match wins.</summary>
    /// <param name="asked">An id, a display name, or either without the file's ending, the tag <c>latest</c> or the letter case.</param>
    /// <param name="served">What to choose from.</param>
    /// <param name="name">A name of an entry; entries with several names appear once for each.</param>
    /// <returns>The default value when none is meant.</returns>
    public static T? Find<T>(string asked, IReadOnlyList<T> served, Func<T, string> name)
    {
        Func<string, bool>[] ways =
        [
            id => id == asked,
            id => id.Equals(asked, StringComparison.OrdinalIgnoreCase),
            id => Display(id).Equals(asked, StringComparison.OrdinalIgnoreCase),
            id => Display(id).Equals(Display(asked), StringComparison.OrdinalIgnoreCase),
            id => Plain(id).Equals(Plain(asked), StringComparison.OrdinalIgnoreCase),
        ];
        foreach (var way in ways)
        {
            foreach (var model in served)
            {
                if (way(name(model)))
                {
                    return model;
                }
            }
        }

        return default;
    }

    /// <summary>True unless the name says that the model does something else than to chat: embed, rank or listen.</summary>
    /// <param name="name">An id or a display name.</param>
    public static bool LooksLikeChat(string name) => !name.Split(PartSeparators, StringSplitOptions.RemoveEmptyEntries).Any(OfOthers.Contains);

    // The cache of Hugging Face keeps Org/Name as models--Org--Name/snapshots/<commit>.
    private static string OfPath(string id)
    {
        if (!IsPath(id))
        {
            return id;
        }

        var end = id.Length > MostOfPath ? id[^MostOfPath..] : id;
        var parts = end.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        if (parts is [.., { } folder, "snapshots", _] && folder.StartsWith(CacheFolder, StringComparison.Ordinal))
        {
            return folder[CacheFolder.Length..].Replace("--", "/", StringComparison.Ordinal);
        }

        return parts is [.., { } last] ? last : id;
    }

    private static bool IsPath(string id) =>
        id.StartsWith('/') || id.StartsWith('\\') || id.StartsWith("./", StringComparison.Ordinal) || id.StartsWith("~/", StringComparison.Ordinal)
        || (id.Length > 2 && char.IsAsciiLetter(id[0]) && id[1] == ':' && id[2] is '\\' or '/')
        || id.EndsWith(FileEnding, StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name)
    {
        var shown = Without(Display(name), DefaultTag);
        return Without(shown, FileEnding);
    }

    private static string Without(string text, string end) =>
        text.Length > end.Length && text.EndsWith(end, StringComparison.OrdinalIgnoreCase) ? text[..^end.Length] : text;
}
