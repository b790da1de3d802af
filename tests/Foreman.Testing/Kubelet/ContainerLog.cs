using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Foreman.Testing.Kubelet;

/// <summary>
/// What one run of a container wrote, in a file in the form of the Container Runtime Interface: time, stream, F or P (a part of a line),
/// and the text.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    /// <summary>A longer line is kept in parts.</summary>
    public const int MaxPart = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly string _path;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _complete;

    /// <summary>Begins a log.</summary>
    /// <param name="path">A file that is not there yet; the folder is.</param>
    public ContainerLog(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>How many bytes the file has, whether no more will come, and what completes at the next change.</summary>
    public (long Length, bool Complete, Task Changed) State
    {
        get
        {
            lock (_gate)
            {
                return (_file.Length, _complete, _changed.Task);
            }
        }
    }

    /// <summary>Keeps what comes from a stream until that ends.</summary>
    /// <param name="stream">Standard output or standard error of the container.</param>
    /// <param name="name"><c>stdout</c> or <c>stderr</c>.</param>
    public async Task KeepAsync(Stream stream, string name)
    {
        var reader = PipeReader.Create(stream);
        while (true)
        {
            var read = await reader.ReadAsync();
            var rest = read.Buffer;
            while (TryTake(ref rest, read.IsCompleted, out var text, out var isWhole))
            {
                Append(name, isWhole, text.ToArray());
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                await reader.CompleteAsync();
                return;
            }
        }
    }

    /// <summary>No more will come.</summary>
    public void Finish() => Change(() => _complete = true);

    /// <summary>The records from one place of the file to another, which are both between records.</summary>
    public IReadOnlyList<LogRecord> Read(long from, long to)
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = from;
        var bytes = new byte[to - from];
        file.ReadExactly(bytes);
        var records = new List<LogRecord>();
        for (var rest = bytes.AsSpan(); rest.IndexOf((byte)'\n') is >= 0 and var end; rest = rest[(end + 1)..])
        {
            records.Add(LogRecord.Parse(rest[..end]));
        }

        return records;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool TryTake(ref ReadOnlySequence<byte> rest, bool atEnd, out ReadOnlySequence<byte> text, out bool isWhole)
    {
        var end = rest.PositionOf((byte)'\n');
        isWhole = end is not null && rest.Slice(0, end.Value).Length <= MaxPart;
        if (isWhole)
        {
            text = rest.Slice(0, end!.Value);
            rest = rest.Slice(rest.GetPosition(1, end.Value));
            return true;
        }

        if (rest.Length > MaxPart || (atEnd && rest.Length > 0))
        {
            text = rest.Slice(0, Math.Min(rest.Length, MaxPart));
            rest = rest.Slice(text.End);
            return true;
        }

        text = default;
        return false;
    }

    private void Append(string name, bool isWhole, byte[] text) => Change(() =>
    {
        var stamp = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
        _file.Write(Encoding.ASCII.GetBytes($"{stamp} {name} {(isWhole ? 'F' : 'P')} "));
        _file.Write(text);
        _file.WriteByte((byte)'\n');
        _file.Flush();
    });

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
