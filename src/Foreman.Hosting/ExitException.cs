namespace Foreman.Hosting;

/// <summary>Ends the program with an exit code and a message that says what, where, why and what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="messages">At least one message; each is written behind the program's name.</param>
/// <param name="inner">The cause.</param>
public sealed class ExitException(int exitCode, IReadOnlyList<string> messages, Exception? inner = null)
    : Exception(string.Join('\n', messages), inner)
{
    /// <summary>With one message.</summary>
    public ExitException(int exitCode, string message, Exception? inner = null)
        : this(exitCode, [message], inner)
    {
    }

    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What people are told.</summary>
    public IReadOnlyList<string> Messages { get; } = messages;
}
