namespace Foreman.Schedules;

/// <summary>The file that schedules are kept in.</summary>
internal interface ISchedulesFile
{
    /// <summary>What it is called in messages.</summary>
    string Path { get; }

    /// <summary>Keeps other processes from using the file until the result is disposed of.</summary>
    /// <exception cref="IOException">Another process uses it, or it can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be used.</exception>
    IDisposable Lock();

    /// <summary>All of it.</summary>
    /// <param name="maxBytes">Most bytes that it may have.</param>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="IOException">It is larger, or the disk is broken.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    byte[]? Read(int maxBytes);

    /// <summary>Replaces all of it; once it returns, not even a power cut brings back the old one. Whatever happens, the old or the new one is there whole.</summary>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    void Write(ReadOnlySpan<byte> content);
}
