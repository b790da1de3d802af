using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Foreman.Sandbox;
using Foreman.Tools.Workspaces;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools;

/// <summary>
/// Large results of a run's calls, one file each, outside of the workspace. Tools that read files take <c>result:ID</c> for a
/// path, so that a model can go on where a result was cut.
/// </summary>
/// <param name="directory">Made with the first result.</param>
/// <param name="maxBytes">Of all results together; what comes after is not kept. The streams of commands get half of it, so that other results find room.</param>
internal sealed class ResultFolder(string directory, long maxBytes = ResultFolder.DefaultMaxBytes)
{
    /// <summary>Results of one run, in bytes.</summary>
    internal const long DefaultMaxBytes = 64L << 20;

    /// <summary>Before the id, in the place of a path.</summary>
    internal const string Prefix = "result:";

    private const int MaxIdCharacters = 32;

    private readonly Lock _lock = new();
    private long _bytes = -1;
    private long _copied;
    private int _copies;

    /// <summary>
    /// Before the ids of streams, which are counted: a run that goes on elsewhere has a folder of its own, and its model still knows the ids
    /// of the folder before.
    /// </summary>
    internal string Mark { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)).AsSpan(0, 3));

    /// <summary>Keeps a result; returns the path by which tools read it, null when there is no more room or the disk refuses it.</summary>
    /// <param name="id">Of the call: letters and digits.</param>
    /// <param name="text">The whole result.</param>
    internal string? Keep(string id, string text)
    {
        if (!IsId(id))
        {
            return null;
        }

        try
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            lock (_lock)
            {
                Make();
                if (_bytes + bytes.Length > maxBytes)
                {
                    return null;
                }

                File.WriteAllBytes(Path.Combine(directory, id), bytes);
                _bytes += bytes.Length;
                return Prefix + id;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The model is then told to ask for less, as without a folder.
            return null;
        }
    }

    /// <summary>Where the streams of a command are kept whole, should they be long; the caller disposes of both.</summary>
    internal (ResultCopy Output, ResultCopy Errors) Copies()
    {
        var number = Interlocked.Increment(ref _copies);
        return (new ResultCopy(this, string.Create(CultureInfo.InvariantCulture, $"{Mark}output{number}")), new ResultCopy(this, string.Create(CultureInfo.InvariantCulture, $"{Mark}errors{number}")));
    }

    /// <summary>Takes room for bytes of a stream, which are written in parts; returns how many there is room for.</summary>
    /// <exception cref="IOException">The folder can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made.</exception>
    internal int Reserve(int bytes)
    {
        lock (_lock)
        {
            Make();
            var given = (int)Math.Clamp(Math.Min(maxBytes - _bytes, (maxBytes / 2) - _copied), 0, bytes);
            _bytes += given;
            _copied += given;
            return given;
        }
    }

    /// <summary>The file of a result that is written in parts.</summary>
    /// <exception cref="IOException">There is one of that id, which a model may know, or the disk fails.</exception>
    internal FileStream Create(string id) =>
        new(Path.Combine(directory, id), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 });

    /// <summary>True when a path names a result, not a file of the workspace.</summary>
    internal static bool IsPath(string path) => path.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Opens a result.</summary>
    /// <param name="path">As <see cref="Keep"/> returned it.</param>
    /// <exception cref="WorkspaceException">There is none of that id.</exception>
    internal SafeFileHandle Open(string path)
    {
        var id = path[Prefix.Length..];
        try
        {
            return IsId(id) ? File.OpenHandle(Path.Combine(directory, id)) : throw Missing(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(path);
        }
    }

    /// <summary>The error for a result that is not there.</summary>
    internal static WorkspaceException Missing(string path) =>
        new($"`{Foreman.Primitives.Printable.Line(path, 60)}` is not kept: call the tool again, and ask for less at once", WorkspaceFault.NotFound);

    private static bool IsId(string id) => id.Length is > 0 and <= MaxIdCharacters && id.All(char.IsAsciiLetterOrDigit);

    private void Make()
    {
        if (_bytes >= 0)
        {
            return;
        }

        var folder = OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(directory)
            : Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var files = folder.GetFiles();
        _bytes = files.Sum(f => f.Length);
        _copied = files.Where(f => f.Name.StartsWith(Mark, StringComparison.Ordinal)).Sum(f => f.Length);
    }
}

/// <summary>An output stream of a command as a result that tools can read: the file is made with the first byte that comes.</summary>
/// <param name="folder">Where it lies.</param>
/// <param name="id">Letters and digits.</param>
/// <param name="maxBytes">Of this stream; what comes after is not kept.</param>
internal sealed class ResultCopy(ResultFolder folder, string id, long maxBytes = ResultCopy.DefaultMaxBytes) : IOutputCopy, IDisposable
{
    /// <summary>16 MiB: a command that writes without end leaves room for the streams after it.</summary>
    internal const long DefaultMaxBytes = 16L << 20;

    private readonly Lock _lock = new();
    private FileStream? _file;
    private bool _isOver;

    /// <summary>The path by which tools read it; null when nothing was kept.</summary>
    internal string? Path => Bytes > 0 ? ResultFolder.Prefix + id : null;

    /// <summary>Bytes that were kept, from the beginning on.</summary>
    internal long Bytes { get; private set; }

    /// <summary>True when some were not kept: there was no more room, or the disk refused them.</summary>
    internal bool IsCut { get; private set; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_isOver || bytes.IsEmpty)
            {
                return;
            }

            try
            {
                var room = folder.Reserve((int)Math.Min(bytes.Length, maxBytes - Bytes));
                if (room > 0)
                {
                    (_file ??= folder.Create(id)).Write(bytes[..room]);
                    Bytes += room;
                }

                _isOver = IsCut = room < bytes.Length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The model is then told how much there is.
                _isOver = IsCut = true;
            }
        }
    }

    /// <summary>Takes no more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _file?.Dispose();
        }
    }
}
