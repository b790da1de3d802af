using System.Security.Cryptography;
using System.Text;
using Foreman.Api;

namespace Foreman.Operator.Results;

/// <summary>Picks files out of the records of a transcript by their SHA-256; what does not have it is none of them.</summary>
/// <param name="wanted">SHA-256 of each file, in lower-case hexadecimal.</param>
internal sealed class FileCollector(IReadOnlySet<string> wanted)
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemoryStream> _begun = new(StringComparer.Ordinal);

    /// <summary>The files that are whole, by their SHA-256.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>True once nothing is missing.</summary>
    public bool IsComplete => _files.Count == wanted.Count;

    /// <summary>Takes a line of the transcript; one that is no record is left out.</summary>
    /// <param name="line">Without its end; at most 2 MiB.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        switch (TranscriptLine.Read(line))
        {
            case ToolReturned { Effects: { } effects }:
                foreach (var effect in effects)
                {
                    if (effect is { ShaAfter: { } sha } && (effect.Bytes ?? Bytes(effect.Content)) is { } content)
                    {
                        Keep(sha, content);
                    }
                }

                break;
            case ContentStored { Sha256: var sha } part when IsMissing(sha) && (part.Bytes ?? Bytes(part.Content)) is { } content:
                Append(sha, part.Offset, content);
                break;
            default:
                break;
        }
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private bool IsMissing(string sha) => wanted.Contains(sha) && !_files.ContainsKey(sha);

    // A part that does not follow the ones before it begins the content anew, or belongs to a damaged one.
    private void Append(string sha, long offset, byte[] part)
    {
        if (offset == 0 || !_begun.TryGetValue(sha, out var content))
        {
            _begun[sha] = content = new MemoryStream();
        }

        if (content.Length == offset)
        {
            content.Write(part);
            Keep(sha, content.ToArray());
        }
    }

    private void Keep(string sha, byte[] content)
    {
        if (IsMissing(sha) && Convert.ToHexStringLower(SHA256.HashData(content)) == sha)
        {
            _files[sha] = content;
            _begun.Remove(sha);
        }
    }
}
