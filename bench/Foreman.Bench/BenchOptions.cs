namespace Foreman.Bench;

/// <summary>What is measured.</summary>
/// <param name="Tasks">Tasks, one after the other.</param>
/// <param name="Agents">Agents of the fleet.</param>
/// <param name="Server">dev, kube, or null for both.</param>
/// <param name="Forms">Folders with published programs whose sizes are compared, by the name of their form.</param>
internal sealed record BenchOptions(int Tasks, int Agents, string? Server, IReadOnlyList<(string Name, string Folder)> Forms)
{
    public bool Wants(string server) => Server is null || Server == server;
}
