using System.Text.Json.Serialization;

namespace Foreman.Bench;

/// <summary>Everything that was measured.</summary>
internal sealed record Report
{
    public required string Machine { get; init; }

    public required IReadOnlyList<ServerReport> Servers { get; init; }

    public required AgentSize Agent { get; init; }

    /// <summary>Forms of the published programs side by side.</summary>
    public IReadOnlyList<FormReport> Forms { get; init; } = [];
}

/// <summary>What one form of the published programs takes: medians; MB are 10⁶ bytes.</summary>
/// <param name="Form">native or readytorun.</param>
internal sealed record FormReport(string Form)
{
    public double AgentFileMB { get; init; }

    public double OperatorFileMB { get; init; }

    /// <summary>From the start of the process until its FleetNode carries a heartbeat.</summary>
    public double StartToHeartbeatMs { get; init; }

    /// <summary>Resident memory of an idle agent.</summary>
    public double? AgentIdleMB { get; init; }

    /// <summary>What of it no file backs.</summary>
    public double? AgentAnonymousMB { get; init; }

    /// <summary>Resident memory with 2,000 tasks of others in the cluster.</summary>
    public double? AgentForeignTasksMB { get; init; }

    public double? AgentProcessorSecondsPerMinute { get; init; }

    /// <summary>Resident memory of the operator with 1,000 FleetNodes.</summary>
    public double? OperatorMB { get; init; }
}

/// <summary>What was measured on one API server.</summary>
/// <param name="Server">Which.</param>
/// <param name="Skipped">Why it was not measured; null when it was.</param>
internal sealed record ServerReport(string Server, string? Skipped = null)
{
    /// <summary>From before the create call to the watch event that shows the task Running.</summary>
    public Percentiles? CreateToRunning { get; init; }

    /// <summary>The baseline: from before the create call of a ConfigMap to the watch event that shows it, in turns with the tasks.</summary>
    public Percentiles? RoundTrip { get; init; }

    /// <summary>From before the create call to the watch event that shows the task ended (the stub takes no time).</summary>
    public Percentiles? CreateToEnded { get; init; }

    /// <summary>How many round trips a task takes to Running, by the medians.</summary>
    public double? Ratio => CreateToRunning is null || RoundTrip is null ? null : CreateToRunning.P50 / RoundTrip.P50;
}

/// <summary>What an agent takes.</summary>
/// <param name="Program">The file that was measured.</param>
/// <param name="IsPublished">Whether it is one self-contained file, as people get it.</param>
internal sealed record AgentSize(string Program, bool IsPublished)
{
    /// <summary>Size of the file, in MB (10⁶ bytes).</summary>
    public double? FileMB { get; init; }

    /// <summary>Resident memory of an idle agent after its tasks, in MB: the smallest of the fleet's.</summary>
    public double? ResidentMB { get; init; }

    /// <summary>What of it no other process shares, in MB.</summary>
    public double? PrivateMB { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
