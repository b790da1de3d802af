namespace Foreman.Scheduling;

/// <summary>After how long a silence means what.</summary>
public static class LivenessRules
{
    /// <summary>Silence after which a host gets no new tasks.</summary>
    public static TimeSpan SuspectAfter { get; } = TimeSpan.FromSeconds(40);

    /// <summary>Silence after which a host is NotReady and its tasks are placed elsewhere: at the latest 60 s after its last renewal.</summary>
    public static TimeSpan DeadAfter { get; } = TimeSpan.FromSeconds(55);

    /// <summary>How long the tasks of a site that fell silent as a whole stay there while other sites go on.</summary>
    public static TimeSpan LongestSiteSilence { get; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a new process of a host may take over what the old one held.</summary>
    public static TimeSpan ReclaimGrace { get; } = TimeSpan.FromSeconds(30);

    /// <summary>What a Lease says about its host.</summary>
    internal static NodeLiveness StateOf(ObservedLease? lease, TimeSpan uptime, bool disrupted)
    {
        if (lease is null)
        {
            return NodeLiveness.Unmanaged;
        }

        if (lease.Holder.Length == 0)
        {
            return NodeLiveness.Stopped;
        }

        if (lease.Dead)
        {
            return NodeLiveness.Dead;
        }

        return uptime - lease.ChangedAt < SuspectAfter
            ? NodeLiveness.Live
            : disrupted || lease.SiteIsSilent ? NodeLiveness.Unknown : NodeLiveness.Suspect;
    }
}
