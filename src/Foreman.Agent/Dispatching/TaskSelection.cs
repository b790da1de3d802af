using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Agent.Dispatching;

/// <summary>The tasks that concern a host. One that leaves this selection arrives as deleted: it is re-read then.</summary>
internal static class TaskSelection
{
    public static string For(string node) => Selectors.All(
        Selectors.Equal("status.assignedNode", node),
        Selectors.Equal("status.placement", Placement.Node.Value),
        Selectors.NotEqual("status.phase", TaskPhase.Succeeded.Value),
        Selectors.NotEqual("status.phase", TaskPhase.Failed.Value));
}
