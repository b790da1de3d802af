using System.ComponentModel;
using System.Diagnostics;

namespace Foreman.Kubernetes;

/// <summary>Runs an exec plugin once.</summary>
internal sealed class ExecPlugin(ExecConfig config, Func<bool>? hasTerminal = null)
{
    /// <summary>A credential is some KiB; a plugin that writes more is not a credential plugin.</summary>
    private const int MaxOutput = 1024 * 1024;

    private const int MaxErrorOutput = 4 * 1024;

    public async Task<(Credential Credential, DateTimeOffset? Expires)> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var interactive = Interactive();
        var timeout = config.Timeout ?? TimeSpan.FromMinutes(interactive ? 5 : 1);
        using var process = Start(interactive);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Both pipes are read while it runs: a plugin that fills one would block.
            var output = PluginOutput.ReadAsync(process.StandardOutput.BaseStream, MaxOutput, both.Token);
            var errorOutput = interactive ? Task.FromResult<byte[]>([]) : PluginOutput.ReadAsync(process.StandardError.BaseStream, MaxErrorOutput, both.Token);
            await Task.WhenAll(output, errorOutput, process.WaitForExitAsync(both.Token)).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw Failed(process.ExitCode, PluginOutput.Quote(await errorOutput.ConfigureAwait(false), config));
            }

            return ExecCredential.Read(await output.ConfigureAwait(false), config);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Error($"did not end within {timeout.TotalSeconds:0.#} s", "Run it by hand to see what it waits for");
        }
        finally
        {
            Stop(process);
        }
    }

    private bool Interactive()
    {
        var terminal = hasTerminal?.Invoke() ?? !Console.IsInputRedirected;
        return config.InteractiveMode switch
        {
            ExecInteractiveMode.Never => false,
            ExecInteractiveMode.Always when !terminal => throw Error("asks the user, and standard input is not a terminal", "Run this program in a terminal, or set interactiveMode: IfAvailable"),
            _ => terminal,
        };
    }

    private Process Start(bool interactive)
    {
        var start = new ProcessStartInfo(config.Command)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = !interactive,
            RedirectStandardInput = !interactive,
        };
        foreach (var argument in config.Args)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in config.Env)
        {
            start.Environment[name] = value;
        }

        start.Environment[ExecInfo.Variable] = ExecInfo.Compose(config, interactive);
        try
        {
            var process = Process.Start(start)!;
            if (!interactive)
            {
                process.StandardInput.Close();
            }

            return process;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw NotFound(e);
        }
    }

    private static void Stop(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // The process has already ended.
        }
    }

    private KubeConfigException NotFound(Exception e) => new(
        config.Source.File,
        config.Source.Key + ".command",
        $"the credential plugin `{config.Command}` can't be run ({e.Message})",
        string.IsNullOrWhiteSpace(config.InstallHint) ? "Install it, or correct the command" : config.InstallHint.Trim(),
        e);

    private KubeConfigException Failed(int exitCode, string errorOutput) => Error(
        $"ended with exit code {exitCode}{(errorOutput.Length == 0 ? "" : $": {errorOutput}")}",
        string.IsNullOrWhiteSpace(config.InstallHint) ? "Run it by hand to see what it lacks" : config.InstallHint.Trim());

    private KubeConfigException Error(string problem, string remedy) =>
        new(config.Source.File, config.Source.Key, $"the credential plugin `{config.Command}` {problem}", remedy);
}
