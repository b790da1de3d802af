using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary>The objects of a file that is planned with. Pure.</summary>
internal sealed record PlannedObjects
{
    private const string UidPrefix = "planned/";

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<AgenticTask> Tasks { get; init; }

    /// <summary>Agents that come with them.</summary>
    public required IReadOnlyList<Agent> Agents { get; init; }

    /// <summary>Hosts that are imagined, with their status as it would be.</summary>
    public required IReadOnlyList<FleetNode> Nodes { get; init; }

    /// <summary>Tasks and Agents as the API server is asked about them.</summary>
    public required IReadOnlyList<JsonObject> Manifests { get; init; }

    /// <summary>What of the file plays no part.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>True for a task of a file.</summary>
    public static bool IsPlanned(AgenticTask task) => task.Uid().StartsWith(UidPrefix, StringComparison.Ordinal);

    /// <summary>Reads the objects.</summary>
    /// <param name="manifests">The documents of the file.</param>
    /// <param name="space">Namespace of objects that name none.</param>
    /// <param name="source">What the file is called in messages.</param>
    /// <exception cref="ExitException">One is not what it says, or there is no task.</exception>
    public static PlannedObjects Of(IReadOnlyList<JsonObject> manifests, string space, string source)
    {
        JsonObject[] Of(string kind) => [.. manifests.Where(m => ManifestFile.KindOf(m) == kind)];
        var (tasks, agents) = (Of(AgenticTask.Type.Kind), Of(Agent.Type.Kind));
        if (tasks.Length == 0)
        {
            throw new ExitException(ExitCodes.Usage, $"{source}: there is no AgenticTask in it; plan looks at tasks, not at Workloads");
        }

        AgenticTask[] planned = [.. tasks.Select((m, i) => Planned(ManifestFile.As<AgenticTask>(m, source), space, i))];
        if (planned.CountBy(t => ObjectKey.Of(t)).FirstOrDefault(c => c.Value > 1) is { Value: > 1, Key: var twice })
        {
            throw new ExitException(ExitCodes.Usage, $"{source}: task {twice} stands there twice");
        }

        return new()
        {
            Tasks = planned,
            Agents = [.. agents.Select(m => ManifestFile.As<Agent>(m, source)).Select(a => a with { Metadata = a.Metadata with { NamespaceProperty = a.Namespace() ?? space } })],
            Nodes = [.. Of(FleetNode.Type.Kind).Select(m => ManifestFile.As<FleetNode>(m, source)).Select((n, i) => Imagined(n, i))],
            Manifests = [.. agents.Concat(tasks).Select(m => InNamespace(m, space))],
            Notes = [.. manifests.Select(m => (Kind: ManifestFile.KindOf(m), Name: ManifestFile.NameOf(m)))
                .Where(m => m.Kind != AgenticTask.Type.Kind && m.Kind != Agent.Type.Kind && m.Kind != FleetNode.Type.Kind)
                .Select(m => $"{(m.Kind.Length == 0 ? "a document without a kind" : $"{Printable.Line(m.Kind)} {m.Name}")} plays no part in the plan")],
        };
    }

    /// <summary>The cluster as it would be with the objects, which take the place of those with their names; a task that has begun keeps its own.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="now">Time of day: when the tasks would be created.</param>
    /// <returns>The cluster, and a sentence for each task whose name is taken by one that has begun.</returns>
    public (ClusterSnapshot Cluster, IReadOnlyList<string> Taken) Into(ClusterSnapshot cluster, DateTimeOffset now)
    {
        var begun = cluster.Tasks.Where(t => t.PhaseOrPending() != TaskPhase.Pending).ToDictionary(t => ObjectKey.Of(t));
        var waiting = cluster.Tasks.Where(t => t.PhaseOrPending() == TaskPhase.Pending).ToDictionary(t => ObjectKey.Of(t));
        AgenticTask[] ours = [.. Tasks.Where(t => !begun.ContainsKey(ObjectKey.Of(t))).Select(t => After(t, waiting.GetValueOrDefault(ObjectKey.Of(t)), now))];
        var taken = Tasks.Select(t => begun.GetValueOrDefault(ObjectKey.Of(t))).OfType<AgenticTask>().Select(t => $"task {ObjectKey.Of(t)} is there already and has begun ({t.PhaseOrPending()}): applied again it starts nothing");
        return (
            ObservedCluster.Of(cluster with { Tasks = Merged(cluster.Tasks, ours), Agents = Merged(cluster.Agents, Agents), Nodes = Merged(cluster.Nodes, Nodes) }, now),
            [.. taken]);
    }

    // A task that is applied again keeps its age and its attempts.
    private static AgenticTask After(AgenticTask planned, AgenticTask? before, DateTimeOffset now) => planned with
    {
        Metadata = planned.Metadata with { CreationTimestamp = before?.Metadata.CreationTimestamp ?? now },
        Status = before?.Status ?? planned.Status,
    };

    private static T[] Merged<T>(IReadOnlyList<T> there, IReadOnlyList<T> ours)
        where T : class, IKubernetesObject
    {
        // Of two with one name the last one counts, as with kubectl apply.
        var named = ours.GroupBy(o => ObjectKey.Of(o)).ToDictionary(g => g.Key, g => g.Last());
        return [.. there.Where(o => !named.ContainsKey(ObjectKey.Of(o))), .. named.Values];
    }

    private static AgenticTask Planned(AgenticTask task, string space, int index) => task with
    {
        Metadata = task.Metadata with
        {
            // The server appends random characters; these can be in no name, so that none is taken.
            Name = task.Metadata.Name is { Length: > 0 } name ? name : string.Create(CultureInfo.InvariantCulture, $"{task.Metadata.GenerateName}*{index + 1}"),
            NamespaceProperty = task.Namespace() ?? space,
            Uid = string.Create(CultureInfo.InvariantCulture, $"{UidPrefix}{index:00000}"),
            DeletionTimestamp = null,
        },
        Status = new() { Phase = TaskPhase.Pending },
    };

    // A host without an agent takes nothing: an imagined one has one.
    private static FleetNode Imagined(FleetNode node, int index) => node with
    {
        Metadata = node.Metadata with { NamespaceProperty = null, Uid = string.Create(CultureInfo.InvariantCulture, $"{UidPrefix}node-{index}") },
        Status = (node.Status ?? new()) with { Instance = node.Status?.Instance ?? new() { Holder = UidPrefix } },
    };

    private static JsonObject InNamespace(JsonObject manifest, string space)
    {
        var copy = (JsonObject)manifest.DeepClone();
        if (copy["metadata"] is JsonObject meta && meta["namespace"] is null)
        {
            meta["namespace"] = space;
        }

        copy.Remove("status");
        return copy;
    }
}
