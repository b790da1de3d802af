namespace Foreman.Testing;

/// <summary>A reader of foreign bytes and what it promises for every input.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Corpus">Inputs that it reads well; all others are made from them.</param>
/// <param name="Read">Reads one input on the calling thread; it may block on what is asynchronous.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, Action<byte[]> Read)
{
    /// <summary>The exceptions that the reader may throw, types derived from them included.</summary>
    public IReadOnlyList<Type> Allowed { get; init; } = [];

    /// <summary>The longest input, in bytes.</summary>
    public int MaxInputBytes { get; init; } = 64 << 10;

    /// <summary>The most that one input may make the reading thread allocate, in bytes, garbage included.</summary>
    public long MaxAllocatedBytes { get; init; } = 64L << 20;

    /// <summary>How long one input may take. Stretched by <c>FOREMAN_TEST_PATIENCE</c>.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>What a fuzz run did.</summary>
/// <param name="Inputs">Inputs that were read.</param>
/// <param name="Accepted">How many of them were read without an exception.</param>
/// <param name="MostAllocated">The most bytes that one of them took.</param>
/// <param name="Longest">The longest time that one of them took.</param>
public sealed record FuzzReport(int Inputs, int Accepted, long MostAllocated, TimeSpan Longest)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Inputs} inputs, {Accepted} accepted, at most {MostAllocated >> 10} KiB and {Longest.TotalMilliseconds:0} ms for one";
}

/// <summary>A reader broke a promise.</summary>
/// <param name="message">Which, and the input that shows it.</param>
/// <param name="inner">The exception that it may not throw, if it was one.</param>
public sealed class FuzzException(string message, Exception? inner = null) : Exception(message, inner);
