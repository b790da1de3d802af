using System.Diagnostics;

namespace Foreman.Testing;

/// <summary>What a command that was run to its end said.</summary>
/// <param name="Command">The command, for messages.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record CommandRun(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command to its end; a deadline that passes kills it and is a failure.</summary>
    public static async Task<CommandRun> RunAsync(ProcessRequest request, TimeSpan? timeout = null)
    {
        using var deadline = TestDeadline.Start(timeout ?? TimeSpan.FromSeconds(60));
        using var process = new Process { StartInfo = StartInfo(request) };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.StandardInput.WriteAsync(request.Input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended without reading its input.
        }

        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new CommandRun(request.ToString(), process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw deadline.Exceeded($"the end of {request}");
        }
    }

    /// <summary>This run, or a failure with all it said when the exit code was not 0.</summary>
    public CommandRun Succeeded() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"{Command} ended with {ExitCode}.\n{Error}{Output}");

    private static ProcessStartInfo StartInfo(ProcessRequest request)
    {
        var start = new ProcessStartInfo(request.Program, request.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.WorkingDirectory ?? "",
        };
        ProcessEnvironment.Apply(request, start);
        return start;
    }
}
