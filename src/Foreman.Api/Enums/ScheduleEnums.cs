using System.Text.Json.Serialization;
using Foreman.Kubernetes.Json;
using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>What a schedule does while an earlier run of it has not ended.</summary>
/// <param name="Value">The text in JSON.</param>
[Closed]
[JsonConverter(typeof(OpenEnumConverter<ConcurrencyPolicy>))]
public readonly record struct ConcurrencyPolicy(string Value) : IOpenEnumeration<ConcurrencyPolicy>
{
    /// <summary>Skips the new run.</summary>
    public static ConcurrencyPolicy Forbid { get; } = new("Forbid");

    /// <summary>Begins the new run beside the earlier one.</summary>
    public static ConcurrencyPolicy Allow { get; } = new("Allow");

    /// <summary>Cancels the earlier run and begins the new one.</summary>
    public static ConcurrencyPolicy Replace { get; } = new("Replace");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ConcurrencyPolicy> Known { get; } = [Forbid, Allow, Replace];

    /// <inheritdoc/>
    public static ConcurrencyPolicy FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How a run of a schedule stands or ended. The list may grow: readers must preserve unknown values.</summary>
/// <param name="Value">The text in JSON.</param>
[Pattern("^[A-Z][A-Za-z0-9]*$")]
[JsonConverter(typeof(OpenEnumConverter<ScheduledRunStatus>))]
public readonly record struct ScheduledRunStatus(string Value) : IOpenEnumeration<ScheduledRunStatus>
{
    /// <summary>Decided, and its object may not be there yet.</summary>
    public static ScheduledRunStatus Starting { get; } = new("Starting");

    /// <summary>Its object is there and has not ended.</summary>
    public static ScheduledRunStatus Running { get; } = new("Running");

    /// <summary>It came to an end of its own; the verdict tells how good.</summary>
    public static ScheduledRunStatus Completed { get; } = new("Completed");

    /// <summary>It was ended from outside, could not run, or could not be created.</summary>
    public static ScheduledRunStatus Failed { get; } = new("Failed");

    /// <summary>It was not begun.</summary>
    public static ScheduledRunStatus Skipped { get; } = new("Skipped");

    /// <summary>Every value that this release knows.</summary>
    public static IReadOnlyList<ScheduledRunStatus> Known { get; } = [Starting, Running, Completed, Failed, Skipped];

    /// <inheritdoc/>
    public static ScheduledRunStatus FromText(string text) => new(text);

    /// <summary>The text in JSON.</summary>
    public override string ToString() => Value ?? "";
}
