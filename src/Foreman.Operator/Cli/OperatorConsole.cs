namespace Foreman.Operator.Cli;

/// <summary>Where the program reads its environment and writes what it has to say.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages and logs.</param>
/// <param name="Environment">Looks up an environment variable.</param>
internal sealed record OperatorConsole(TextWriter Out, TextWriter Error, Func<string, string?> Environment)
{
    /// <summary>True when results go to a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>True when the terminal may be coloured.</summary>
    public bool Colours { get; init; }

    /// <summary>Clock of everything.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static OperatorConsole OfProcess()
    {
        var terminal = !Console.IsOutputRedirected && Terminals.Usable(System.Environment.GetEnvironmentVariable("TERM"));
        return new(Console.Out, Console.Error, System.Environment.GetEnvironmentVariable)
        {
            Terminal = terminal,
            Colours = terminal && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }

    private static class Terminals
    {
        public static bool Usable(string? term) => OperatingSystem.IsWindows() || (!string.IsNullOrEmpty(term) && term != "dumb");
    }
}
