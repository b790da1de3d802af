using System.CommandLine;
using Foreman.Primitives;

namespace Foreman.Hosting;

/// <summary>Runs a program's command line.</summary>
public static class ProgramCommandLine
{
    /// <summary>Parses, runs, and returns the exit code. Nothing escapes as an exception.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="program">Name of the program, which every message begins with.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="console">Where messages go.</param>
    /// <param name="translate">What an exception of the program's own libraries means; null when it means nothing.</param>
    public static async Task<int> RunAsync(
        RootCommand root, string program, IReadOnlyList<string> arguments, ConsoleStreams console, Func<Exception, ExitException?>? translate = null)
    {
        // An argument that begins with @ is text, as a mention in an answer is, and names no file.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await console.Error.WriteLineAsync($"{program}: {error.Message.TrimEnd('.')}").ConfigureAwait(false);
            }

            await console.Error.WriteLineAsync($"Run `{program} --help` for the flags and commands.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = console.Out,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last handler: people get one line that can be reported, not a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var exit = e as ExitException ?? translate?.Invoke(e) ?? HostLimits.Explain(e) ?? InternalError(e);
            foreach (var message in exit.Messages)
            {
                await console.Error.WriteLineAsync($"{program}: {Printable.Text(message)}").ConfigureAwait(false);
            }

            return exit.ExitCode;
        }
    }

    private static ExitException InternalError(Exception e) => new(
        ExitCodes.Failed,
        $"internal error: {ControlCharacters.Escape($"{e.GetType().Name}: {e.Message}")}. This is a defect of the program: please report it",
        e);
}
