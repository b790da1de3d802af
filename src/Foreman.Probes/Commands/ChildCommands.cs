using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Foreman.Probes;

/// <summary>
/// Runs helper programs with a bound on time. One that exceeds it is abandoned, never killed: a driver's tool that hangs
/// sits in the kernel, and killing it can take the device down with it. Until it ends, it is not started again.
/// </summary>
internal sealed class ChildCommands(TimeSpan limit, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Process> _abandoned = new(StringComparer.Ordinal);

    public async Task<CommandOutput> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (StillHangs(program))
        {
            return new CommandOutput(null, "", $"{program} has hung since an earlier probe");
        }

        Process process;
        try
        {
            process = Start(program, arguments);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return new CommandOutput(null, "", $"{program} could not be started: {e.Message}");
        }

        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await Task.WhenAll(process.WaitForExitAsync(CancellationToken.None), output, errors).WaitAsync(limit, time, cancellationToken);
            var result = new CommandOutput(process.ExitCode, await output);
            process.Dispose();
            return result;
        }
        catch (TimeoutException)
        {
            _abandoned[program] = process;
            return new CommandOutput(null, "", $"{program} did not answer in {limit.TotalSeconds:0.#} s");
        }
    }

    /// <summary>The first folder that has the program: those on <c>PATH</c>, then the usual ones.</summary>
    public static string? Find(string program, params ReadOnlySpan<string> usual)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (var folder in (string[])[.. folders, .. usual])
        {
            var path = Path.Combine(folder, program);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        process.StandardInput.Close();
        return process;
    }

    private bool StillHangs(string program)
    {
        if (!_abandoned.TryGetValue(program, out var process))
        {
            return false;
        }

        if (!process.HasExited)
        {
            return true;
        }

        _abandoned.TryRemove(program, out _);
        process.Dispose();
        return false;
    }
}
