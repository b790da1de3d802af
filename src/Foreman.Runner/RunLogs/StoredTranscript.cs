using System.Security.Cryptography;
using System.Text;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;

namespace Foreman.Runner.RunLogs;

/// <summary>The records of an attempt as its segments in the cluster hold them, up to what is damaged or missing. Pure.</summary>
internal sealed class StoredTranscript
{
    private readonly Dictionary<string, MemoryStream> _contents = new(StringComparer.Ordinal);
    private readonly List<TranscriptRecord> _records = [];

    private StoredTranscript()
    {
    }

    /// <summary>The records, in order, with their large texts in place.</summary>
    public IReadOnlyList<TranscriptRecord> Records => _records;

    /// <summary>Reads the text of an attempt's segments, put together.</summary>
    /// <param name="text">Lines of JSON; what follows the last line end or a line that is no record is left out.</param>
    public static StoredTranscript Read(ReadOnlySpan<byte> text)
    {
        var transcript = new StoredTranscript();
        while (text.IndexOf((byte)'\n') is >= 0 and var end && TranscriptLine.Read(text[..end]) is { } record && transcript.Add(record))
        {
            text = text[(end + 1)..];
        }

        return transcript;
    }

    /// <summary>A content that stands beside the records.</summary>
    /// <exception cref="TranscriptException">It is not there, or damaged.</exception>
    public byte[] Content(ContentRef name) =>
        _contents.TryGetValue(name.Sha256, out var stored) && stored.Length == name.Size && Convert.ToHexStringLower(SHA256.HashData(stored.ToArray())) == name.Sha256
            ? stored.ToArray()
            : throw new TranscriptException($"the content `{name.Sha256}` of {name.Size} bytes is not whole in the cluster");

    private bool Add(TranscriptRecord record)
    {
        if (record is not ContentStored part)
        {
            return TryJoin(record);
        }

        if (part.Offset == 0)
        {
            _contents[part.Sha256] = new MemoryStream();
        }

        if (!_contents.TryGetValue(part.Sha256, out var whole) || whole.Length != part.Offset)
        {
            return false;
        }

        whole.Write(part.Bytes ?? Encoding.UTF8.GetBytes(part.Content ?? ""));
        return true;
    }

    private bool TryJoin(TranscriptRecord record)
    {
        try
        {
            _records.Add(LargeContent.Join(record, Content));
            return true;
        }
        catch (TranscriptException)
        {
            return false;
        }
    }
}
