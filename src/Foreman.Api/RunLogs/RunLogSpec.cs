using Foreman.Kubernetes.Schema;

namespace Foreman.Api;

/// <summary>A segment of a transcript.</summary>
public sealed record RunLogSpec
{
    /// <summary>The task.</summary>
    [Required]
    public RunLogTask TaskRef { get => field ?? new(); init; }

    /// <summary>The attempt.</summary>
    [Required]
    [RangeMinimum(1)]
    public long Attempt { get; init; }

    /// <summary>Place of the segment in the attempt, from 0.</summary>
    [Required]
    [RangeMinimum(0)]
    public int Seq { get; init; }

    /// <summary>Holder that wrote it.</summary>
    [Required]
    public string Writer { get => field ?? ""; init; }

    /// <summary>How data is packed: jsonl, or gzip+base64 of it.</summary>
    [Required]
    public string Codec { get => field ?? ""; init; }

    /// <summary>Records, packed; at most 256 KiB.</summary>
    [Required]
    [Length(Max = 262144)]
    public string Data { get => field ?? ""; init; }
}
