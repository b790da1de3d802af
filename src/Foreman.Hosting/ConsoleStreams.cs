namespace Foreman.Hosting;

/// <summary>Where a program reads its environment and writes what it has to say.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages and logs.</param>
/// <param name="Environment">Looks up an environment variable; null when it is not set.</param>
public sealed record ConsoleStreams(TextWriter Out, TextWriter Error, Func<string, string?> Environment)
{
    /// <summary>True when results go to a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>True when that terminal may be coloured.</summary>
    public bool Colours { get; init; }

    /// <summary>Opens what is given to the program to read; empty unless it is set.</summary>
    public Func<TextReader> In { get; init; } = () => TextReader.Null;

    /// <summary>Clock of everything.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Those of this process.</summary>
    public static ConsoleStreams OfProcess()
    {
        var terminal = !Console.IsOutputRedirected && IsTerminal(System.Environment.GetEnvironmentVariable("TERM"));
        return new(Console.Out, Console.Error, System.Environment.GetEnvironmentVariable)
        {
            In = () => new StreamReader(Console.OpenStandardInput()),
            Terminal = terminal,
            Colours = terminal && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }

    private static bool IsTerminal(string? term) => OperatingSystem.IsWindows() || (!string.IsNullOrEmpty(term) && term != "dumb");
}
