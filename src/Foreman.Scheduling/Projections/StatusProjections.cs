using Foreman.Kubernetes;

namespace Foreman.Scheduling;

/// <summary>What people see of hosts, Agents and the kinds that this release only accepts. Written when it changes.</summary>
internal static class StatusProjections
{
    private static readonly TimeSpan LeastBetweenWrites = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<StatusWrite> Decide(ProjectionInput view, WriteLog log) =>
    [
        .. view.Fleet.All.Select(n => NodeStatusProjection.Write(n, view))
            .Concat(view.Snapshot.Agents.Select(a => AgentStatusProjection.Write(a, view)))
            .Concat(UnsupportedKinds.Writes(view))
            .OfType<StatusWrite>()
            .Where(w => log.Due($"{w.Target.Kind}/{w.Target.Uid()}", w.Status.ToJsonString(), LeastBetweenWrites)),
    ];
}
