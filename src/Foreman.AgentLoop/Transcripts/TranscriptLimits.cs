namespace Foreman.AgentLoop.Transcripts;

/// <summary>How much a run may record.</summary>
/// <param name="MaxBytes">Bytes of the records and of the contents beside them.</param>
/// <param name="ReserveBytes">
/// Bytes of it that are kept for what is under way: with less left, the run is told to end. More than one answer, one
/// changed file or the images of one result take with their records, so that no record is dropped and the whole stays within the limit.
/// </param>
public sealed record TranscriptLimits(long MaxBytes, long ReserveBytes)
{
    /// <summary>64 MiB, of which 14 are the reserve: an answer is cut at 8 MiB, a tool changes at most 4 MiB at once, and images have at most 12 MiB.</summary>
    public static TranscriptLimits Default { get; } = new(64L << 20, 14L << 20);
}
