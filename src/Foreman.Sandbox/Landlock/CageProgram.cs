using System.Collections;
using System.Globalization;

namespace Foreman.Sandbox.Landlock;

/// <summary>
/// The hidden command <c>foreman-agent cage</c>: it starts a command that Landlock and seccomp confine, waits for it outside of the
/// confinement, and leaves no process of it behind.
/// </summary>
public static class CageProgram
{
    /// <summary>Exit code when the command could not be confined: it has not run.</summary>
    public const int NotConfined = 125;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs the command to its end.</summary>
    /// <param name="arguments">What follows the word cage.</param>
    /// <param name="errors">Told why the command was not started, or was ended.</param>
    /// <returns>Its exit code, 128 and the signal that ended it, or <see cref="NotConfined"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter errors)
    {
        try
        {
            return Run(CageArguments.Parse(arguments), errors);
        }
        catch (CageException e)
        {
            errors.WriteLine("foreman-agent cage: " + e.Message);
            return NotConfined;
        }
    }

    private static int Run(CageArguments arguments, TextWriter errors)
    {
        var version = !OperatingSystem.IsLinux() ? throw new CageException("it works on Linux only")
            : Math.Min(Kernel.LandlockVersion(), arguments.MaxVersion);
        if (version == 0)
        {
            throw new CageException("this kernel has no Landlock, or it is switched off: it needs Linux 5.13 with landlock among lsm=");
        }

        if (!Kernel.AdoptOrphans())
        {
            throw new CageException("this kernel does not let a process adopt orphans");
        }

        var parent = Kernel.Parent();
        using var temporary = PrivateTemporary.Make();
        using var program = new SpawnedProgram(
            [.. ProcessLimits.Inside(new CageLimits { MaxProcesses = Processes(arguments) }), .. arguments.Command], EnvironmentIn(temporary));
        try
        {
            var rules = LandlockRules.Of(arguments.Workspace, temporary.Folder, arguments.Readable);
            var process = Confinement.Start(rules, version, program);
            using var watch = TimeProvider.System.CreateTimer(_ => Watch(parent, temporary, arguments, errors), null, Pause, Pause);
            return ProcessTree.WaitFor(process);
        }
        finally
        {
            ProcessTree.KillAndReap();
        }
    }

    // The limit counts what this user runs elsewhere too.
    private static int Processes(CageArguments arguments) => (int)Math.Min(int.MaxValue, (long)arguments.MaxProcesses + ProcessTree.TasksOfUser());

    private static void Watch(int parent, PrivateTemporary temporary, CageArguments arguments, TextWriter errors)
    {
        if (Kernel.Parent() != parent)
        {
            ProcessTree.Kill();
            return;
        }

        var limits = new CageLimits { MaxWorkspaceBytes = arguments.MaxTemporaryBytes };
        if (WorkspaceWatch.Exceeded(temporary.Folder, limits, CancellationToken.None) is not null)
        {
            errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"foreman-agent cage: ended: more than {arguments.MaxTemporaryBytes >> 20} MiB in the temporary folder"));
            ProcessTree.Kill();
        }
    }

    private static Dictionary<string, string> EnvironmentIn(PrivateTemporary temporary)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        environment["TMPDIR"] = temporary.Folder;
        environment["HOME"] = temporary.Home;

        // Git takes a configuration of the system that is there and can't be read for a fault.
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        return environment;
    }
}
