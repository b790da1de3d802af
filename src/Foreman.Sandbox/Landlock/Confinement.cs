using System.Runtime.InteropServices;
using Foreman.Sandbox.SystemCalls;

namespace Foreman.Sandbox.Landlock;

/// <summary>Starts a program confined: a thread gives up its rights for good and then starts it, and only the program inherits that.</summary>
internal static class Confinement
{
    /// <summary>Starts the program.</summary>
    /// <param name="rules">What it may do with files; paths that don't exist are left out.</param>
    /// <param name="version">The version of Landlock to use, from 1.</param>
    /// <param name="program">What to start.</param>
    /// <returns>The number of its process.</returns>
    /// <exception cref="CageException">It can't be confined or started; nothing runs then.</exception>
    internal static int Start(IReadOnlyList<PathRule> rules, int version, SpawnedProgram program)
    {
        var filter = SystemCallFilter.ForLandlock(RuntimeInformation.ProcessArchitecture, version).ToArray();
        var ruleset = MakeRuleset(rules, version);
        var (step, error, process) = ("", 0, 0);
        var thread = new Thread(() => (step, error, process) = ConfineAndStart(ruleset, filter, program));
        SpawnedProgram.WarmUp();
        thread.Start();
        thread.Join();
        _ = Kernel.Close(ruleset);
        return error == 0 ? process : throw new CageException($"{step}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static (string Step, int Error, int Process) ConfineAndStart(int ruleset, FilterInstruction[] filter, SpawnedProgram program)
    {
        if (Kernel.GiveUpPrivileges() is not 0 and var privileges)
        {
            return ("the privileges can't be given up", privileges, 0);
        }

        if (Kernel.Restrict(ruleset) is not 0 and var landlock)
        {
            return ("Landlock can't be switched on", landlock, 0);
        }

        if (Kernel.Filter(filter) is not 0 and var seccomp)
        {
            return ("the filter of system calls can't be set", seccomp, 0);
        }

        var error = program.Start(out var process);
        return ("the program can't be started", error, process);
    }

    private static int MakeRuleset(IReadOnlyList<PathRule> rules, int version)
    {
        var ruleset = Kernel.MakeRuleset(LandlockRules.Guarded(version), version);
        if (ruleset < 0)
        {
            throw new CageException($"a set of Landlock rules can't be made: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        foreach (var rule in rules)
        {
            var path = Kernel.OpenPath(rule.Path);
            if (path < 0)
            {
                continue;
            }

            var error = Kernel.AddPath(ruleset, LandlockRules.Applicable(rule.Access, Directory.Exists(rule.Path), version), path);
            _ = Kernel.Close(path);
            if (error != 0)
            {
                throw new CageException($"Landlock refuses a rule on `{rule.Path}`: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }

        return ruleset;
    }
}
