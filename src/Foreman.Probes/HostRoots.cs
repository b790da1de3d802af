namespace Foreman.Probes;

/// <summary>Where the kernel's files are; tests use other folders.</summary>
/// <param name="Proc">Folder that is <c>/proc</c> on a real host.</param>
/// <param name="Sys">Folder that is <c>/sys</c> on a real host.</param>
public sealed record HostRoots(string Proc = "/proc", string Sys = "/sys")
{
    internal string ProcPath(string relative) => Path.Combine(Proc, relative);

    internal string SysPath(string relative) => Path.Combine(Sys, relative);
}
