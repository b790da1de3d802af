using System.Text.Json.Serialization;

namespace Foreman.Runner.Audits;

/// <summary>A line of the audit log: one call of a tool, without its arguments and its result.</summary>
public sealed record AuditRecord
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>UID of the task.</summary>
    public required string TaskUid { get; init; }

    /// <summary>Attempt of the task.</summary>
    public required long Attempt { get; init; }

    /// <summary>Who ran it; see <see cref="Foreman.Api.Holder"/>.</summary>
    public required string Holder { get; init; }

    /// <summary>The tool as the model wrote it, on one line.</summary>
    public required string Tool { get; init; }

    /// <summary>Of read, write, exec, network and irreversible; empty when there is no such tool.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>SHA-256 of the arguments in UTF-8, in hex.</summary>
    public required string ArgumentsSha256 { get; init; }

    /// <summary>allowed or refused.</summary>
    public required string Decision { get; init; }

    /// <summary>succeeded, failed, refused or stopped.</summary>
    public required string Outcome { get; init; }

    /// <summary>Exit code of the command that it ran; null when it ran none, or one that was ended from outside.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required long DurationMs { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditJson : JsonSerializerContext;
