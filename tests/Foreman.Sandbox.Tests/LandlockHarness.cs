using System.Diagnostics;
using System.Text;
using Foreman.Sandbox.Landlock;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests;

/// <summary>A workspace, and shell commands that Landlock confines in it, by the real program; as this user, or as an ordinary one.</summary>
internal sealed class LandlockHarness : IDisposable
{
    private const string Ordinary = "65534";

    // Two of them in one process would give two commands the same group.
    private static readonly Lazy<ControlGroups> Shared = new(ControlGroups.Find);

    private readonly TempFolder _folder = new();
    private readonly List<Process> _victims = [];
    private readonly bool _ordinary;

    internal LandlockHarness(bool ordinary, int maxVersion = int.MaxValue)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Kernel.LandlockVersion() > 0, "this kernel has no Landlock");
        Assert.SkipUnless(!ordinary || Environment.IsPrivilegedProcess, "only root can become another user");
        _ordinary = ordinary;
        Workspace = _folder.MakeFolder("workspace");
        Outside = _folder.Write("outside/secret.txt", "canary-of-the-host");
        var launcher = new LandlockLauncher(ordinary ? ReleasedBinaries.BuiltAgent : ReleasedBinaries.Agent, maxVersion);
        Launcher = ordinary ? new AsOrdinaryUser(launcher) : launcher;
        Cage = new Cage(Launcher, Shared.Value, TimeProvider.System);
        if (ordinary)
        {
            // Readable by that user, so that only the cage keeps it out.
            Run("chown", "-R", Ordinary, _folder.Path);
        }
    }

    internal Cage Cage { get; }

    internal ICageLauncher Launcher { get; }

    /// <summary>A new folder in the workspace, of the user that commands run as.</summary>
    internal DirectoryInfo NewFolder()
    {
        var made = Directory.CreateDirectory(Path.Combine(Workspace, Guid.NewGuid().ToString("N")));
        if (_ordinary)
        {
            Run("chown", Ordinary, made.FullName);
        }

        return made;
    }

    /// <summary>True when processes of root can be bounded here.</summary>
    internal static bool BoundsRoot
    {
        get
        {
            var groups = Shared.Value.Make(new CageLimits());
            var any = groups.Paths.Any();
            groups.Remove();
            return any;
        }
    }

    internal string Workspace { get; }

    /// <summary>A file beside the workspace that its user may read and write.</summary>
    internal string Outside { get; }

    internal CageLimits Limits { get; init; } = new();

    /// <summary>Runs a script of the shell.</summary>
    internal async Task<(int? Code, string Output, string? Ended)> ShAsync(string script, TimeSpan? timeout = null)
    {
        var result = await Cage.RunAsync(
            new CagePolicy { Workspace = Workspace, Limits = Limits },
            new CageCommand { Program = "/bin/sh", Arguments = ["-c", script], Timeout = timeout ?? TimeSpan.FromMinutes(1), KeptBytes = 64 << 10 },
            CancellationToken.None);
        return (result.ExitCode, Text(result.Output) + Text(result.Errors), result.Ended);
    }

    /// <summary>A process of the same user outside of the cage, with a secret in its environment.</summary>
    internal Process Victim()
    {
        var start = new ProcessStartInfo(_ordinary ? "/usr/bin/setpriv" : "/bin/sleep");
        foreach (var argument in _ordinary ? (string[])["--reuid", Ordinary, "--regid", Ordinary, "--clear-groups", "/bin/sleep", "300"] : ["300"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TOKEN"] = "canary-of-the-environment";
        var process = Process.Start(start)!;
        _victims.Add(process);
        return process;
    }

    internal static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose()
    {
        foreach (var victim in _victims)
        {
            victim.Kill();
            victim.Dispose();
        }

        _folder.Dispose();
    }

    private static string Text(OutputText text) => Encoding.UTF8.GetString(text.Head.Span) + Encoding.UTF8.GetString(text.Tail.Span);

    private sealed class AsOrdinaryUser(ICageLauncher inner) : ICageLauncher
    {
        public CageMode Mode => inner.Mode;

        public string? Reason => inner.Reason;

        public bool EndsWithFirstProcess => inner.EndsWithFirstProcess;

        public IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command) =>
            ["/usr/bin/setpriv", "--reuid", Ordinary, "--regid", Ordinary, "--clear-groups", .. inner.Plan(policy, command)];
    }
}
