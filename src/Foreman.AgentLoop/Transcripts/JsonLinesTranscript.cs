using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Foreman.Api;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>
/// A transcript as a file: one JSON record a line, forced to disk at each flush and behind the end of each turn, and a folder beside
/// it for large contents (see <see cref="ContentRef"/>). A process that dies in the middle of a line leaves a torn one; readers pass over it and
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
    private readonly Action<FileStream> _force;
    private ArrayBufferWriter<byte> _line = new();
    private Task _forcing = Task.CompletedTask;
    private bool _isNamed;

    private JsonLinesTranscript(string path, FileStream file, ContentFolder contents, TranscriptLimits limits, Action<FileStream> force) =>
        (_path, _file, _contents, _limits, _force) = (path, file, contents, limits, force);

    /// <inheritdoc/>
    public bool IsFull => _file.Length + _contents.Bytes > _limits.MaxBytes - _limits.ReserveBytes;

    /// <summary>Opens a transcript for appending, making it and its directory when they are missing. Only its owner may read it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How much it may grow; null for <see cref="TranscriptLimits.Default"/>.</param>
    /// <exception cref="TranscriptException">It can't be made or written.</exception>
    public static JsonLinesTranscript Open(string path, TranscriptLimits? limits = null) => Open(path, limits, DiskFlush.Force);

    /// <summary>As above, with what forces a file to disk.</summary>
    internal static JsonLinesTranscript Open(string path, TranscriptLimits? limits, Action<FileStream> force)
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
                return new JsonLinesTranscript(path, file, contents, limits ?? TranscriptLimits.Default, force);
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

            // One write for the line and its end: what is cut off is then always the last line only. It goes to the system's cache, so a switch of threads would take longer.
            TranscriptLine.Write(slim, _line);
            Write(_line.WrittenSpan);
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
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            // A flush to disk has no asynchronous form; it takes a millisecond or so, once a turn.
            Force();
            await _forcing.ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    /// <inheritdoc/>
    public ValueTask EndTurnAsync(CancellationToken cancellationToken)
    {
        // The disk works while the model does; the kernel has the records, so that they outlive this process already.
        _forcing = ForceBehindAsync(_forcing);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _forcing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private Task ForceBehindAsync(Task before) => Task.Run(async () =>
    {
        await before.ConfigureAwait(false);
        Force();
    });

    // The name of a new file is forced to disk with it, once.
    private void Force()
    {
        if (_isNamed)
        {
            _force(_file);
            return;
        }

        _file.Flush(flushToDisk: true);
        _isNamed = true;
    }

    // Asynchronous writes of such a file are handed to another thread.
    private void Write(ReadOnlySpan<byte> line) => _file.Write(line);

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
