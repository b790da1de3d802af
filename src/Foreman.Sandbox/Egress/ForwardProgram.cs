using System.Collections;
using Foreman.Sandbox.Landlock;

namespace Foreman.Sandbox.Egress;

/// <summary>
/// The hidden command <c>foreman-agent forward SOCKET -- PROGRAM ARGS</c>, run inside of a cage that has a network of its own: it offers
/// the proxy behind the socket on a port of loopback, and runs the program with <c>HTTP_PROXY</c> and its like set.
/// </summary>
public static class ForwardProgram
{
    private static readonly string[] Variables = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"];

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">What follows the word forward.</param>
    /// <param name="errors">Told why the program was not started.</param>
    /// <returns>Its exit code, 128 and the signal that ended it, or <see cref="CageProgram.NotConfined"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter errors)
    {
        try
        {
            if (arguments is not [var socket, "--", var path, ..])
            {
                throw new CageException("usage: forward SOCKET -- PROGRAM ARGS");
            }

            await using var forwarder = EgressForwarder.Start(socket, 0);
            using var program = new SpawnedProgram([path, .. arguments.Skip(3)], EnvironmentWith(forwarder.Url));
            return program.Start(out var process) is not 0 and var error
                ? throw new CageException($"`{path}` can't be started: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}")
                : await Task.Run(() => ProcessTree.WaitFor(process)).ConfigureAwait(false);
        }
        catch (CageException e)
        {
            await errors.WriteLineAsync("foreman-agent forward: " + e.Message).ConfigureAwait(false);
            return CageProgram.NotConfined;
        }
    }

    private static Dictionary<string, string> EnvironmentWith(string proxy)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        foreach (var name in Variables)
        {
            environment[name] = proxy;
        }

        return environment;
    }
}
