using System.Text.Json.Nodes;

namespace Foreman.Api;

/// <summary>A file that a task delivered.</summary>
/// <param name="Path">In the task's workspace, relative, with slashes; nothing is known of what it leads to.</param>
/// <param name="Sha256">SHA-256 in lower-case hexadecimal, 64 characters.</param>
/// <param name="Bytes">Its size, from 0.</param>
public sealed record ResultFile(string Path, string Sha256, long Bytes);

/// <summary>What a result says about delivered files: <c>extra.files</c>, <c>extra.filesLeftOut</c> and <c>extra.workspace</c>.</summary>
/// <param name="Files">Those that are listed.</param>
/// <param name="LeftOut">How many more there are, from 0.</param>
/// <param name="Host">The host whose disk has the workspace; null when it was not kept.</param>
/// <param name="Workspace">Where the workspace is on that host; null when it was not kept.</param>
public sealed record ResultFiles(IReadOnlyList<ResultFile> Files, long LeftOut, string? Host, string? Workspace)
{
    private const int ShaCharacters = 64;

    /// <summary>Reads a result, whatever it holds: an entry that is no file is left out.</summary>
    /// <param name="result">The envelope as it stands in a task's status; null for none.</param>
    public static ResultFiles Read(JsonObject? result)
    {
        var extra = result?["extra"] as JsonObject;
        var workspace = extra?["workspace"] as JsonObject;
        return new(
            [.. (extra?["files"] as JsonArray ?? []).OfType<JsonObject>().Select(File).OfType<ResultFile>()],
            Math.Max(0, Number(extra?["filesLeftOut"]) ?? 0),
            ResultFields.NonEmpty(workspace?["host"]),
            ResultFields.NonEmpty(workspace?["path"]));
    }

    /// <summary>The file of a path; null when none is listed.</summary>
    public ResultFile? Find(string path) => Files.FirstOrDefault(f => string.Equals(f.Path, path, StringComparison.Ordinal));

    private static ResultFile? File(JsonObject entry) =>
        ResultFields.NonEmpty(entry["path"]) is { Length: > 0 } path && Number(entry["bytes"]) is { } bytes and >= 0
        && ResultFields.NonEmpty(entry["sha256"]) is { Length: ShaCharacters } sha && sha.All(char.IsAsciiHexDigitLower)
            ? new ResultFile(path, sha, bytes)
            : null;

    private static long? Number(JsonNode? node) => node is JsonValue value
        ? value.TryGetValue<long>(out var number) ? number : value.TryGetValue<int>(out var small) ? small : null
        : null;
}
