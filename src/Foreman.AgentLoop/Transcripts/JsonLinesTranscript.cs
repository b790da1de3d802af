using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Foreman.Api;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>
/// A transcript as a file: one JSON record a line, forced to disk at each flush, and a folder beside it for large contents
/// (see <see cref="ContentRef"/>). A process that dies in the middle of a line leaves a torn one; readers pass over it and
/// the next writer cuts it off.
/// </summary>
public sealed class JsonLinesTranscript : ITranscriptStore, IAsyncDisposable
{
    private const int ReadBytes = 64 * 1024;
    private const int KeptBufferBytes = 1 << 20;

    private readonly FileStream _file;
    private readonly string _path;
    private readonly TranscriptLimits _limits;
    private readonly ContentFolder _contents;
    private ArrayBufferWriter<byte> _line = new();

    private JsonLinesTranscript(string path, FileStream file, ContentFolder contents, TranscriptLimits limits) =>
        (_path, _file, _contents, _limits) = (path, file, contents, limits);

    /// <inheritdoc/>
    public bool IsFull => _file.Length + _contents.Bytes > _limits.MaxBytes - _limits.ReserveBytes;

    /// <summary>Opens a transcript for appending, making it and its directory when they are missing. Only its owner may read it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How much it may grow; null for <see cref="TranscriptLimits.Default"/>.</param>
    /// <exception cref="TranscriptException">It can't be made or written.</exception>
    public static JsonLinesTranscript Open(string path, TranscriptLimits? limits = null)
    {
        try
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

            // The file comes first: beside one that can't be opened for writing nothing is removed.
            var file = new FileStream(path, Options(FileMode.OpenOrCreate));
            try
            {
                var contents = new ContentFolder(ContentFolder.PathOf(path));
                contents.Open();
                CutTornLine(file);
                return new JsonLinesTranscript(path, file, contents, limits ?? TranscriptLimits.Default);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranscriptException($"cannot open the transcript `{path}`: {e.Message}", e);
        }
    }

    /// <summary>
    /// Reads the records of a file one by one, up to the first torn line, with their large texts in place. Files of effects
    /// stay beside: see <see cref="ReadContent"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TranscriptException">It can't be read, or a line in its middle is damaged or longer than <see cref="TranscriptLine.MaxBytes"/>.</exception>
    public static async IAsyncEnumerable<TranscriptRecord> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var contents = new ContentFolder(ContentFolder.PathOf(path));
        using var lines = new LineReader(path, Reading(path), TranscriptLine.MaxBytes, ReadBytes);
        while (await lines.NextAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            var record = TranscriptLine.Read(line.Span) ?? throw new TranscriptException($"the transcript `{path}` is damaged in line {lines.Number}");
            yield return LargeContent.Join(record, contents.Read);
        }
    }

    /// <summary>Reads a content that stands beside a transcript.</summary>
    /// <param name="path">The transcript.</param>
    /// <param name="content">Which.</param>
    /// <exception cref="TranscriptException">It is not there, damaged, or can't be read.</exception>
    public static byte[] ReadContent(string path, ContentRef content) => new ContentFolder(ContentFolder.PathOf(path)).Read(content);

    /// <inheritdoc/>
    public async ValueTask AppendAsync(TranscriptRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var slim = LargeContent.Split(record, out var contents);
            foreach (var content in contents)
            {
                await _contents.AddAsync(content, cancellationToken).ConfigureAwait(false);
            }

            // One write for the line and its end: what is cut off is then always the last line only.
            TranscriptLine.Write(slim, _line);
            await _file.WriteAsync(_line.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or NotSupportedException)
        {
            throw Failed(e);
        }
        finally
        {
            Clear();
        }
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A flush to disk has no asynchronous form; it takes milliseconds, once or twice a turn.
            _file.Flush(flushToDisk: true);
            return ValueTask.CompletedTask;
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    // Without a buffer of its own: on a full disk nothing is left that closing the file would try to write.
    internal static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static FileStream Reading(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranscriptException($"cannot read the transcript `{path}`: {e.Message}", e);
        }
    }

    private static void CutTornLine(FileStream file)
    {
        var end = file.Length;
        var buffer = new byte[Math.Min(end, ReadBytes)];
        while (end > 0)
        {
            var start = Math.Max(0, end - buffer.Length);
            var part = buffer.AsSpan(0, (int)(end - start));
            file.Position = start;
            file.ReadExactly(part);
            var last = part.LastIndexOf((byte)'\n');
            end = last >= 0 ? start + last + 1 : start;
            if (last >= 0)
            {
                break;
            }
        }

        file.SetLength(end);
        file.Position = end;
    }

    // A buffer that one large record has grown is not kept for the run's rest.
    private void Clear()
    {
        if (_line.Capacity > KeptBufferBytes)
        {
            _line = new ArrayBufferWriter<byte>();
        }
        else
        {
            _line.ResetWrittenCount();
        }
    }

    private TranscriptException Failed(Exception e) => new($"cannot write the transcript `{_path}`: {e.Message}", e);
}
