using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Foreman.Primitives;

/// <summary>How a helper program ended.</summary>
/// <param name="ExitCode">Its exit code; null when it did not end in time, wrote too much, or could not be started.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Failure">Why there is no exit code; null when there is one.</param>
public sealed record CommandOutput(int? ExitCode, string Output, string? Failure = null)
{
    /// <summary>True for exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;
}

/// <summary>
/// Runs helper programs with bounds on time and output. One that exceeds its time is abandoned, never killed: a driver's tool
/// that hangs sits in the kernel, and killing it can take the device down with it. Until it ends, it is not started again.
/// </summary>
/// <param name="limit">Bound on the time of one run.</param>
/// <param name="time">The clock.</param>
public sealed class HelperPrograms(TimeSpan limit, TimeProvider time)
{
    /// <summary>Bound on each of standard output and standard error, in bytes.</summary>
    public const int MaxOutputBytes = 4 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, Process> _abandoned = new(StringComparer.Ordinal);

    /// <summary>Runs a program without a shell, without input and with <c>LC_ALL=C</c>. A failure to run is in the result, never thrown.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the program may still run.</exception>
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

        var output = BoundedText.ReadToEndAsync(process.StandardOutput.BaseStream, MaxOutputBytes, CancellationToken.None);
        var errors = BoundedText.ReadToEndAsync(process.StandardError.BaseStream, MaxOutputBytes, CancellationToken.None);
        try
        {
            await Task.WhenAll(process.WaitForExitAsync(CancellationToken.None), output, errors).WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            var written = await output.ConfigureAwait(false);
            var result = written.Truncated
                ? new CommandOutput(null, "", $"{program} wrote more than {MaxOutputBytes >> 20} MiB")
                : new CommandOutput(process.ExitCode, written.Text);
            process.Dispose();
            return result;
        }
        catch (TimeoutException)
        {
            _abandoned[program] = process;
            return new CommandOutput(null, "", $"{program} did not answer in {limit.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Path of a program: the first folder that has it, of those on <c>PATH</c> and then the usual ones; null when none has.</summary>
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
