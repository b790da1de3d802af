namespace Foreman.Bench;

/// <summary>What is measured.</summary>
/// <param name="Tasks">Tasks, one after the other.</param>
/// <param name="Agents">Agents of the fleet.</param>
/// <param name="Server">dev, kube, or null for both.</param>
internal sealed record BenchOptions(int Tasks, int Agents, string? Server)
{
    public bool Wants(string server) => Server is null || Server == server;
}
