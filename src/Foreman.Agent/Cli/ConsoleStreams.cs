namespace Foreman.Agent.Cli;

/// <summary>Where the program reads its environment and writes what it has to say.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages and logs.</param>
/// <param name="Environment">Looks up an environment variable.</param>
/// <param name="Colours">True when results go to a terminal that may be coloured.</param>
internal sealed record ConsoleStreams(TextWriter Out, TextWriter Error, Func<string, string?> Environment, bool Colours)
{
    public static ConsoleStreams OfProcess() => new(
        Console.Out,
        Console.Error,
        System.Environment.GetEnvironmentVariable,
        !Console.IsOutputRedirected && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")));
}
