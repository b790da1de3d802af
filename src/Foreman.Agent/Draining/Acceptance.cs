using Foreman.Api;
using Foreman.Agent.Hosting;

namespace Foreman.Agent.Draining;

/// <summary>Whether the host takes work, and if not, why.</summary>
internal static class Acceptance
{
    /// <summary>Free space that a run and its result may need.</summary>
    public const long NeededBytes = 128L * 1024 * 1024;

    /// <summary>Every reason at present; empty when work is taken.</summary>
    public static IReadOnlyList<NotAccepting> Refusals(HostFacts facts, DateTimeOffset now)
    {
        var requested = facts.RequestedDrain is { } drain && facts.Stopping is null
            ? new NotAccepting
            {
                Reason = Reasons.Draining,
                Message = $"spec.drain asks for it{(drain.Reason is { Length: > 0 } why ? $": {why}" : "")}",
                Since = now,
            }
            : null;
        return [.. new[] { facts.Stopping, requested, facts.Disk, facts.Rights.Refusal }.OfType<NotAccepting>()];
    }

    public static bool IsDraining(HostFacts facts) => facts.Stopping is not null || facts.RequestedDrain is not null;

    /// <summary>The process was told to end.</summary>
    public static NotAccepting Stopping(DateTimeOffset now, TimeSpan timeout) => new()
    {
        Reason = Reasons.Draining,
        Message = FormattableString.Invariant($"the agent was told to stop; what runs may go on for {timeout.TotalSeconds:0} s"),
        Since = now,
    };

    /// <summary>Null while every folder has room.</summary>
    /// <param name="free">Folders and what is free there, in bytes.</param>
    /// <param name="before">The refusal so far, whose time is kept.</param>
    /// <param name="now">The time.</param>
    public static NotAccepting? Disk(IEnumerable<(string Folder, long Bytes)> free, NotAccepting? before, DateTimeOffset now)
    {
        foreach (var (folder, bytes) in free)
        {
            if (bytes < NeededBytes)
            {
                return new NotAccepting
                {
                    Reason = Reasons.DiskPressure,
                    Message = FormattableString.Invariant($"less than {NeededBytes >> 20} MiB are free in {folder}: make room"),
                    Since = before?.Since ?? now,
                };
            }
        }

        return null;
    }
}
