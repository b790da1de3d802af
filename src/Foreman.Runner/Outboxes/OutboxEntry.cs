using System.Text.Json.Serialization;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Kubernetes.Json;
using Foreman.Runner.Fencing;

namespace Foreman.Runner.Outboxes;

/// <summary>A final write that the API server has not acknowledged: all that a later process needs to bring it there.</summary>
internal sealed record OutboxEntry
{
    /// <summary>Version of the format that this release writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Namespace of the task.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the task.</summary>
    public required string Name { get; init; }

    /// <summary>UID of the task.</summary>
    public required string Uid { get; init; }

    /// <summary>Number of the attempt.</summary>
    public required long Attempt { get; init; }

    /// <summary>Who held the attempt when this was stored.</summary>
    public required string Holder { get; init; }

    /// <summary>When it was made, by this host's clock; absent in files of earlier releases.</summary>
    public DateTimeOffset? KeptAt { get; init; }

    /// <summary>The end of the task; null when it is given back.</summary>
    [JsonPropertyName("ending")]
    public TaskCompletion? Completion { get; init; }

    /// <summary>The attempt's entry of a task that is given back; null when it ends.</summary>
    public TaskAttempt? GivenBack { get; init; }

    /// <summary>Conditions of a task that is given back.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }

    [JsonIgnore]
    public AttemptKey Key => new(Uid, Attempt);

    /// <summary>The write, made by the present holder of the attempt.</summary>
    public FencedWrite WriteBy(string holder)
    {
        var about = new Attempt(Stub, holder);
        if (Completion is null)
        {
            return new(WriteKind.GiveBack, about, TaskWrites.GiveBack(Attempt, holder, GivenBack!, Conditions ?? []));
        }

        var generation = Completion.Conditions.Find(ConditionTypes.Completed)?.ObservedGeneration;
        return new(WriteKind.End, about, TaskWrites.End(Attempt, holder, Completion, generation))
        {
            Generation = generation,
            ForGeneration = seen => SeenAt(seen).WriteBy(holder),
        };
    }

    /// <summary>The write by which a new process takes the attempt over first.</summary>
    public FencedWrite ReclaimBy(string oldHolder, string holder) =>
        new(WriteKind.Reclaim, new Attempt(Stub, holder), TaskWrites.Reclaim(Attempt, oldHolder, holder)) { OldHolder = oldHolder };

    /// <summary>The entry once the task was read again: its conditions speak of the generation that was seen last.</summary>
    /// <param name="generation">The task's generation; null when it has none.</param>
    public OutboxEntry SeenAt(long? generation) => this with
    {
        Completion = Completion is null ? null : Completion with { Conditions = Observed(Completion.Conditions, generation) },
        Conditions = Conditions is null ? null : Observed(Conditions, generation),
    };

    /// <summary>For messages: which task, which attempt.</summary>
    public override string ToString() => FormattableString.Invariant($"{Namespace}/{Name} (attempt {Attempt})");

    // A write needs to know which task, no more.
    private AgenticTask Stub => new()
    {
        Metadata = new V1ObjectMeta { Name = Name, NamespaceProperty = Namespace, Uid = Uid },
        Status = new AgenticTaskStatus { Attempt = Attempt },
    };

    // The conditions that a holder writes; the operator's keep the generation that the operator saw.
    private static IReadOnlyList<V1Condition> Observed(IReadOnlyList<V1Condition> conditions, long? generation) =>
        [.. conditions.Select(c => c.Type is ConditionTypes.Running or ConditionTypes.Completed ? c with { ObservedGeneration = generation } : c)];
}

/// <summary>How entries are read and written.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(OutboxEntry))]
internal sealed partial class OutboxJson : JsonSerializerContext;
