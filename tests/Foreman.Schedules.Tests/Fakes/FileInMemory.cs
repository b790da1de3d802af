namespace Foreman.Schedules.Tests.Fakes;

/// <summary>A file without a disk, for tests of many thousand writes.</summary>
internal sealed class FileInMemory : ISchedulesFile
{
    private byte[]? _content;

    public string Path => "memory";

    public IDisposable Lock() => new MemoryStream();

    public byte[]? Read(int maxBytes) => _content;

    public void Write(ReadOnlySpan<byte> content) => _content = content.ToArray();
}
