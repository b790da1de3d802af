namespace Foreman.Operator.Cli;

/// <summary>Ends a command with a message for people and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
