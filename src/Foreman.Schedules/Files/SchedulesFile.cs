using System.Globalization;
using Foreman.Primitives;

namespace Foreman.Schedules;

/// <summary>The file that schedules are kept in, on the disk of this host.</summary>
/// <param name="path">The file; its folder is made when it is not there.</param>
internal sealed class SchedulesFile(string path) : ISchedulesFile
{
    private readonly string _path = System.IO.Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Path => _path;

    /// <inheritdoc/>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
        return new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <inheritdoc/>
    public byte[]? Read(int maxBytes)
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > maxBytes)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"it has {file.Length} bytes; {maxBytes} are allowed"));
        }

        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> content) => DurableFile.Write(_path, content);
}
