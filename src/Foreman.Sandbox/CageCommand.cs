namespace Foreman.Sandbox;

/// <summary>A command to run in a cage.</summary>
public sealed record CageCommand
{
    /// <summary>Absolute path of the program as the command sees it.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The longest run, wall-clock; longer than zero.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that are kept of the beginning and of the end of each output stream, from 1 each; the rest is counted.</summary>
    public int KeptBytes { get; init; } = 8 << 10;

    /// <summary>Takes the whole of standard output once it is longer than what is kept; null for nobody.</summary>
    public IOutputCopy? OutputCopy { get; init; }

    /// <summary>Takes the whole of standard error once it is longer than what is kept; null for nobody.</summary>
    public IOutputCopy? ErrorsCopy { get; init; }
}

/// <summary>Takes an output stream that is longer than what is kept of it.</summary>
public interface IOutputCopy
{
    /// <summary>Takes the next bytes: those from the beginning of the stream first, and all in order. It never throws, and may be called from any thread, one at a time.</summary>
    /// <param name="bytes">As they came.</param>
    void Write(ReadOnlySpan<byte> bytes);
}

/// <summary>What came of a command.</summary>
public sealed record CageResult
{
    /// <summary>Its exit code, 128 and the number of the signal that ended it; null when it was ended from outside.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it was ended from outside, or what it ran out of, in words; null when neither.</summary>
    public string? Ended { get; init; }

    /// <summary>Standard output.</summary>
    public required OutputText Output { get; init; }

    /// <summary>Standard error.</summary>
    public required OutputText Errors { get; init; }

    /// <summary>How long it ran.</summary>
    public TimeSpan Duration { get; init; }
}

/// <summary>The kept parts of a stream. Both are bytes as they came: they may hold anything.</summary>
/// <param name="Head">The beginning; everything when <paramref name="LeftOut"/> is 0.</param>
/// <param name="Tail">The end; empty when <paramref name="LeftOut"/> is 0.</param>
/// <param name="LeftOut">Bytes between the two that were not kept.</param>
public sealed record OutputText(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail, long LeftOut);

/// <summary>A command can't be run in its cage. The message says what, why and what to do.</summary>
/// <param name="message">For people.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class CageException(string message, Exception? inner = null) : Exception(message, inner);
