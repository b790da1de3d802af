using System.Security.Cryptography;
using Foreman.Api;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>The folder beside a transcript that holds its large contents, one file for each SHA-256. Made with the first of them.</summary>
/// <param name="path">The folder.</param>
internal sealed class ContentFolder(string path)
{
    private const string Unfinished = ".tmp";

    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);

    /// <summary>The folder of a transcript.</summary>
    internal static string PathOf(string transcript) => Path.ChangeExtension(transcript, ".content");

    /// <summary>Bytes of all contents.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Takes account of what an earlier process stored, and removes what it did not finish.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    internal void Open()
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (var file in new DirectoryInfo(path).EnumerateFiles())
        {
            if (file.Name.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                file.Delete();
            }
            else if (IsName(file.Name))
            {
                _stored.Add(file.Name);
                Bytes += file.Length;
            }
        }
    }

    /// <summary>Stores a content durably, unless it is there.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    internal async ValueTask AddAsync(SideContent content, CancellationToken cancellationToken)
    {
        if (_stored.Contains(content.Ref.Sha256))
        {
            return;
        }

        Make();
        var final = Path.Combine(path, content.Ref.Sha256);
        var file = new FileStream(final + Unfinished, JsonLinesTranscript.Options(FileMode.Create));
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(content.Bytes, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        // The name appears only when the content is whole.
        File.Move(final + Unfinished, final, overwrite: true);
        _stored.Add(content.Ref.Sha256);
        Bytes += content.Bytes.Length;
    }

    /// <summary>Reads a content and checks that it is the one named.</summary>
    /// <exception cref="TranscriptException">It is not there, damaged, or can't be read.</exception>
    internal byte[] Read(ContentRef content)
    {
        var file = Path.Combine(path, content.Sha256);
        try
        {
            // The size is checked first, so that a damaged name never makes a large allocation.
            if (!IsName(content.Sha256) || new FileInfo(file) is not { Exists: true } info || info.Length != content.Size || info.Length > TranscriptLimits.Default.MaxBytes)
            {
                throw new TranscriptException($"the content `{content.Sha256}` of {content.Size} bytes is not in `{path}`");
            }

            var bytes = File.ReadAllBytes(file);
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == content.Sha256
                ? bytes
                : throw new TranscriptException($"the content `{file}` is damaged: its SHA-256 is another");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranscriptException($"cannot read the content `{file}`: {e.Message}", e);
        }
    }

    private void Make()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        else
        {
            _ = Directory.CreateDirectory(path);
        }
    }

    private static bool IsName(string name) => name.Length == 64 && name.All(char.IsAsciiHexDigitLower);
}
