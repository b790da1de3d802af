using Foreman.Sandbox.Bubblewrap;

namespace Foreman.Sandbox.Landlock;

/// <summary>Confines a command by Landlock and seccomp, through this product's own program; for pods, and hosts that deny namespaces.</summary>
/// <param name="program">Absolute path of <c>foreman-agent</c>.</param>
/// <param name="maxVersion">The highest version of Landlock that is used.</param>
internal sealed class LandlockLauncher(string program, int maxVersion = int.MaxValue) : ICageLauncher
{
    private const string ProgramName = "foreman-agent";

    public CageMode Mode => CageMode.Reduced;

    public string? Reason { get; } = ReasonOf(Math.Min(Kernel.LandlockVersion(), maxVersion));

    // Its program is not the command's only ancestor that must go.
    public bool EndsWithFirstProcess => false;

    /// <summary>The one of this process, when it is the program that has the command; null where <see cref="WhyNot"/> says why.</summary>
    internal static LandlockLauncher? OfProcess() =>
        OperatingSystem.IsLinux() && OwnProgram() is { } path && WhyNot(Kernel.User(), Kernel.LandlockVersion()) is null ? new LandlockLauncher(path) : null;

    /// <summary>Why commands are not confined by Landlock here; null when they can be.</summary>
    /// <param name="user">Number of the agent's user.</param>
    /// <param name="version">Of Landlock; 0 when there is none.</param>
    internal static string? WhyNot(uint user, int version) => version == 0 ? "this kernel has no Landlock, or it is switched off"
        // Landlock guards neither mode nor owner of files, and root owns those of the host.
        : user == 0 ? "Landlock can't keep commands of root from changing the mode of any file: run the agent as an ordinary user"
        : null;

    /// <summary>Path of this process's program, when it is the one that has the hidden commands; null otherwise.</summary>
    internal static string? OwnProgram() => Environment.ProcessPath is { } path && Path.GetFileName(path) == ProgramName ? path : null;

    public IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command) =>
    [
        program, "cage",
        .. new CageArguments
        {
            Workspace = policy.Workspace,
            Readable = [.. BubblewrapLauncher.Configuration, .. policy.ReadOnlyPaths],
            MaxTemporaryBytes = policy.Limits.MaxTemporaryBytes,
            MaxProcesses = policy.Limits.MaxProcesses,
            MaxVersion = maxVersion,
            Command = [command.Program, .. command.Arguments],
        }.Format(),
    ];

    /// <summary>What a version of Landlock leaves open, in words.</summary>
    /// <param name="version">0 when there is none.</param>
    internal static string ReasonOf(int version)
    {
        const string Reduced = "namespaces are denied here, so commands are confined by Landlock and seccomp: they have no network, and see the names of other processes";
        return version >= 6 ? Reduced : Reduced + "; this kernel's Landlock does not keep them from sending signals to processes of the same user (Linux 6.12 does)";
    }
}
