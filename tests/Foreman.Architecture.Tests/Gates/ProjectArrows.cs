using System.Xml.Linq;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>Which project may refer to which. Arrows run one way; a new one is a decision, made here.</summary>
internal static class ProjectArrows
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Foreman.Primitives"] = [],
        ["Foreman.Kubernetes"] = [],
        ["Foreman.Api"] = ["Foreman.Kubernetes"],
        ["Foreman.Hosting"] = ["Foreman.Primitives"],
        ["Foreman.Scheduling"] = ["Foreman.Api", "Foreman.Primitives"],
        ["Foreman.Workloads"] = ["Foreman.Api"],
        ["Foreman.Jobs"] = ["Foreman.Api"],
        ["Foreman.Schedules"] = ["Foreman.Api", "Foreman.Primitives"],
        ["Foreman.UserDeployments"] = ["Foreman.Api"],
        ["Foreman.Probes"] = ["Foreman.Api", "Foreman.Primitives"],
        ["Foreman.Sandbox"] = ["Foreman.Primitives"],
        ["Foreman.Git"] = ["Foreman.Primitives"],
        ["Foreman.Tools"] = ["Foreman.Api", "Foreman.Primitives", "Foreman.Sandbox", "Foreman.Git"],
        ["Foreman.AgentLoop"] = ["Foreman.Api", "Foreman.Primitives", "Foreman.Tools"],
        ["Foreman.Runner"] =
        [
            "Foreman.Api", "Foreman.Primitives", "Foreman.Kubernetes", "Foreman.AgentLoop", "Foreman.Tools", "Foreman.Sandbox", "Foreman.Git",
        ],
        ["Foreman.DevCluster"] = ["Foreman.Kubernetes", "Foreman.Primitives"],
        ["Foreman.Agent"] =
        [
            "Foreman.Primitives", "Foreman.Kubernetes", "Foreman.Api", "Foreman.Hosting", "Foreman.Scheduling", "Foreman.Workloads", "Foreman.Jobs",
            "Foreman.Schedules", "Foreman.Probes", "Foreman.Sandbox", "Foreman.Git", "Foreman.Tools", "Foreman.AgentLoop", "Foreman.Runner", "Foreman.DevCluster",
        ],
        ["Foreman.Operator"] =
        [
            "Foreman.Primitives", "Foreman.Kubernetes", "Foreman.Api", "Foreman.Hosting", "Foreman.Scheduling", "Foreman.Workloads", "Foreman.Jobs",
            "Foreman.Schedules", "Foreman.UserDeployments", "Foreman.Probes", "Foreman.Sandbox", "Foreman.Git", "Foreman.Tools", "Foreman.AgentLoop", "Foreman.Runner", "Foreman.DevCluster",
        ],
    };

    /// <summary>Every arrow between shipped projects that is not allowed, and every shipped project without an entry.</summary>
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files)
    {
        foreach (var project in files.Where(f => f.Path.StartsWith("src/", StringComparison.Ordinal) && f.Path.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            var name = Path.GetFileNameWithoutExtension(project.Name);
            if (!Allowed.TryGetValue(name, out var allowed))
            {
                yield return $"{project.Path}: this project has no entry in the table of allowed references in {nameof(ProjectArrows)}";
                continue;
            }

            foreach (var target in References(project).Except(allowed))
            {
                yield return $"{project.Path}: refers to {target}, which {name} may not know";
            }
        }
    }

    private static IEnumerable<string> References(SourceFile project) =>
        XDocument.Parse(project.Text).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));
}
