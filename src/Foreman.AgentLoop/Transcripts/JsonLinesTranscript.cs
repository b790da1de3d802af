using System.Text.Json;
using Foreman.Api;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>
/// A transcript as a file: one JSON record a line, forced to disk at each flush. A process that dies in the middle of a
/// line leaves a torn one; readers pass over it and the next writer cuts it off.
/// </summary>
public sealed class JsonLinesTranscript : ITranscriptStore, IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private JsonLinesTranscript(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Opens a transcript for appending, making it and its directory when they are missing. Only its owner may read it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TranscriptException">It can't be made or written.</exception>
    public static JsonLinesTranscript Open(string path)
    {
        try
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(path, options);
            CutTornLine(file);
            return new JsonLinesTranscript(path, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranscriptException($"cannot open the transcript `{path}`: {e.Message}", e);
        }
    }

    /// <summary>Reads the records of a file, up to the first torn line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TranscriptException">It can't be read, or a line in its middle is damaged.</exception>
    public static async Task<IReadOnlyList<TranscriptRecord>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TranscriptException($"cannot read the transcript `{path}`: {e.Message}", e);
        }

        var lines = text.Split('\n');
        var records = new List<TranscriptRecord>(lines.Length);
        for (var i = 0; i < lines.Length - 1; i++)
        {
            records.Add(Parse(lines[i]) ?? throw new TranscriptException($"the transcript `{path}` is damaged in line {i + 1}"));
        }

        return records;
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(TranscriptRecord record, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(record, ApiJson.Default.TranscriptRecord);
        try
        {
            // One write for the line and its end: what is cut off is then always the last line only.
            await _file.WriteAsync(new ReadOnlyMemory<byte>([.. line, (byte)'\n']), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Failed(e);
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

    private static TranscriptRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ApiJson.Default.TranscriptRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void CutTornLine(FileStream file)
    {
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }

            end--;
        }

        file.SetLength(end);
        file.Position = end;
    }

    private TranscriptException Failed(IOException e) => new($"cannot write the transcript `{_path}`: {e.Message}", e);
}
