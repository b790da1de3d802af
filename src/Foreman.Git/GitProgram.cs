using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Foreman.Git.Commands;
using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>The git command of this host. Every run has a deadline and a bound on its output, reads no configuration of the user, and ends with all that it started.</summary>
public sealed class GitProgram
{
    private const int MaxErrorBytes = 64 * 1024;
    private const int MaxErrorCharacters = 600;

    // E2BIG, which is the same number on Linux and macOS.
    private const int ArgumentsTooLong = 7;
    private static readonly Version Oldest = new(2, 39);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    private readonly string _program;
    private readonly string _home;
    private readonly GitOptions _options;

    private GitProgram(string program, string home, GitOptions options, TimeProvider time) => (_program, _home, _options, Time) = (program, home, options, time);

    /// <summary>Its version.</summary>
    public Version Version { get; private set; } = new(0, 0);

    internal TimeProvider Time { get; }

    internal GitOptions Options => _options;

    /// <summary>Finds the command and asks for its version.</summary>
    /// <param name="options">How it is run.</param>
    /// <param name="time">The clock of the deadlines.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="GitException">It is not installed, or too old.</exception>
    public static async Task<GitProgram> FindAsync(GitOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var program = options.Program ?? HelperPrograms.Find("git", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
            ?? throw new GitException(GitFault.NotInstalled, "There is no git command on this host: install git 2.39 or newer.");
        var home = Path.Combine(options.StateFolder, "git-home");
        Directory.CreateDirectory(home);
        var git = new GitProgram(program, home, options, time);
        var said = (await git.RunAsync(new GitCall("version"), cancellationToken).ConfigureAwait(false)).Line;
        git.Version = VersionOf(said) ?? throw new GitException(GitFault.TooOld, $"{program} does not tell its version: it said `{Printable.Line(said)}`.");
        return git.Version >= Oldest
            ? git
            : throw new GitException(GitFault.TooOld, $"{program} is git {git.Version}: install git {Oldest} or newer.");
    }

    /// <summary>Reads <c>git version 2.39.5 (Apple Git-154)</c> and the like; null when it is none.</summary>
    internal static Version? VersionOf(string said)
    {
        const string Prefix = "git version ";
        var parts = said.StartsWith(Prefix, StringComparison.Ordinal) ? said[Prefix.Length..].Split(' ')[0].Split('.') : [];
        return parts.Length >= 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var major) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var minor)
            ? new Version(major, minor)
            : null;
    }

    /// <summary>Runs it and keeps its output.</summary>
    /// <exception cref="GitException">It could not be started, took too long, or wrote too much.</exception>
    internal async Task<GitAnswer> TryAsync(GitCall call, CancellationToken cancellationToken)
    {
        var output = Array.Empty<byte>();
        var (code, errors) = await StreamAsync(call, async (stream, token) => output = await ReadAsync(stream, call, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new GitAnswer(code, output, errors);
    }

    /// <summary>Runs it, and fails when its exit code is not 0.</summary>
    /// <exception cref="GitException">As <see cref="TryAsync"/>, or what its words mean.</exception>
    internal async Task<GitAnswer> RunAsync(GitCall call, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.Succeeded ? answer : throw Failure(call, answer.ExitCode, answer.Errors);
    }

    /// <summary>The failure of a call that ended with another exit code than 0.</summary>
    internal static GitException Failure(GitCall call, int exitCode, string errors)
    {
        var fault = GitErrors.Classify(errors);
        var where = call.Subject ?? call.WorkTree ?? call.GitDir;
        if (fault is GitFault.AuthUnavailable && call.Access?.Missing is { } missing)
        {
            // What to do comes early: summaries of tasks are cut.
            return new GitException(fault, $"{Printable.Line(where ?? "The server", 80)} wants a token. {missing}");
        }

        return new GitException(fault, $"git {call.Arguments[0]} failed{(where is null ? "" : $" for {Printable.Line(where)}")}: {(errors.Length > 0 ? errors : $"exit code {exitCode}")}.{GitErrors.Advice(fault, errors)}");
    }

    /// <summary>Runs it and hands its output to a reader; a reader that returns before the end ends the command.</summary>
    /// <exception cref="GitException">It could not be started, or took too long.</exception>
    internal async Task<(int ExitCode, string Errors)> StreamAsync(GitCall call, Func<Stream, CancellationToken, Task> reader, CancellationToken cancellationToken)
    {
        var limit = call.Access is null ? _options.LocalLimit : _options.NetworkLimit;
        using var deadline = new CancellationTokenSource(limit, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var process = Start(call);
        string? stopped = null;
        try
        {
            var errors = BoundedText.ReadToEndAsync(process.StandardError.BaseStream, MaxErrorBytes, either.Token);
            var watching = WatchAsync(call, why => { stopped = why; either.Cancel(); }, either.Token);
            var writing = WriteAsync(process, call.Input, either.Token);
            await reader(process.StandardOutput.BaseStream, either.Token).ConfigureAwait(false);

            // A reader that has enough leaves git writing to nobody.
            process.StandardOutput.Close();
            await Task.WhenAll(process.WaitForExitAsync(either.Token), errors, writing).ConfigureAwait(false);
            var said = Shown((await errors.ConfigureAwait(false)).Text, call);
            await either.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            return (process.ExitCode, said);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw stopped is null
                ? new GitException(GitFault.Timeout, $"git {call.Arguments[0]} did not end in {limit.TotalSeconds:0.#} s{(call.Subject is null ? "" : $" for {call.Subject}")}.")
                : new GitException(GitFault.TooLarge, stopped);
        }
        finally
        {
            // A reader that failed leaves the watch running.
            await either.CancelAsync().ConfigureAwait(false);
            await EndAsync(process).ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(GitCall call, Action<string> stop, CancellationToken cancellationToken)
    {
        if (call.Watch is null)
        {
            return;
        }

        try
        {
            while (true)
            {
                await Task.Delay(WatchEvery, Time, cancellationToken).ConfigureAwait(false);
                if (call.Watch() is { } why)
                {
                    stop(why);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It ended within its bounds.
        }
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all: its exit code says why.
        }
    }

    private static async Task EndAsync(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }

    private async Task<byte[]> ReadAsync(Stream stream, GitCall call, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (kept.Length + count > _options.MaxOutputBytes)
                {
                    throw new GitException(GitFault.TooLarge, $"git {call.Arguments[0]} wrote more than {_options.MaxOutputBytes >> 20} MiB.");
                }

                await kept.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            return kept.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Process Start(GitCall call)
    {
        var start = new ProcessStartInfo(_program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,

            // Where there are files, GIT_DIR keeps git from looking around for a repository.
            WorkingDirectory = call.WorkTree ?? _home,
        };
        foreach (var argument in call.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in GitEnvironment.Of(call, _home, _options.Network))
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            throw NotStarted(call, e);
        }
    }

    private GitException NotStarted(GitCall call, Exception e) => e is Win32Exception { NativeErrorCode: ArgumentsTooLong }
        ? new GitException(GitFault.TooLarge, $"git {call.Arguments[0]} could not be started: what it is told names more or longer files than this host takes in the arguments of one command.", e)
        : new GitException(GitFault.NotInstalled, $"{_program} could not be started: {Printable.Line(e.Message)}", e);

    // Servers may echo what they were sent.
    private static string Shown(string errors, GitCall call)
    {
        errors = call.Access?.Redact(errors) ?? errors;
        var lines = errors.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith("warning: filtering not recognized", StringComparison.Ordinal));
        return Printable.Line(string.Join("; ", lines), MaxErrorCharacters).TrimEnd('.');
    }
}
