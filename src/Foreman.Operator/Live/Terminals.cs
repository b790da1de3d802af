using Foreman.Hosting;
using Spectre.Console;

namespace Foreman.Operator.Live;

/// <summary>Terminals that can be drawn on.</summary>
internal static class Terminals
{
    /// <summary>The one that results go to.</summary>
    public static IAnsiConsole Of(ConsoleStreams console) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(console.Out),
        ColorSystem = console.Colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
    });
}
