namespace Foreman.Api;

/// <summary>
/// Names a text or a file that stands beside the records of a transcript because it is large. On the host it is the file
/// named by its SHA-256 in the folder beside the transcript (the transcript's name with <c>.content</c> for <c>.jsonl</c>);
/// in RunLogs it is a row of <see cref="ContentStored"/> records. Equal contents are stored once.
/// </summary>
/// <param name="Sha256">SHA-256 of the content, in lower-case hexadecimal: 64 characters.</param>
/// <param name="Size">Bytes of the content, from 0.</param>
public sealed record ContentRef(string Sha256, long Size)
{
    /// <summary>SHA-256 of the content, in lower-case hexadecimal: 64 characters; empty in a damaged record.</summary>
    public string Sha256 { get; init; } = Sha256 ?? "";
}
