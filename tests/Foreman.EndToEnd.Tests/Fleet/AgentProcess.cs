using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>A running agent.</summary>
/// <param name="Node">Its FleetNode.</param>
/// <param name="Process">The process.</param>
/// <param name="Request">How it was started.</param>
/// <param name="Kubeconfig">The identity that it was enrolled with.</param>
/// <param name="Workspaces">Folder of its workspaces, which are kept.</param>
public sealed record AgentProcess(string Node, RealProcess Process, ProcessRequest Request, string Kubeconfig, string Workspaces)
{
    /// <summary>The text of the one file of that name in its workspaces; null when there is none.</summary>
    public string? FileText(string name) =>
        Directory.EnumerateFiles(Workspaces, name, SearchOption.AllDirectories).SingleOrDefault() is { } path ? File.ReadAllText(path) : null;
}
