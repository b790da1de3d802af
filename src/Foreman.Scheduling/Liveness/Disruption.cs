using System.Collections.Immutable;

namespace Foreman.Scheduling;

/// <summary>
/// Tells one dead host from a broken network: when most of the hosts that were alive fall silent at once,
/// nothing is concluded, and when they are heard of again every timer starts anew.
/// </summary>
internal static class Disruption
{
    /// <summary>Fewer silent hosts than this are never a disruption.</summary>
    public const int LeastSilentNodes = 2;

    /// <summary>True when so many hosts are silent that nothing is concluded.</summary>
    /// <param name="watched">Hosts that were alive.</param>
    /// <param name="silent">Those of them that are silent.</param>
    public static bool IsOne(int watched, int silent) => silent >= LeastSilentNodes && silent * 2 > watched;

    public static SchedulerState Detect(SchedulerState state, TimeSpan uptime, RequeueTimer requeue)
    {
        var watched = state.Leases.Where(l => l.Value.Holder.Length > 0 && !l.Value.Dead).ToArray();
        var silent = watched.Count(l => uptime - l.Value.ChangedAt >= LivenessRules.SuspectAfter);
        var disrupted = IsOne(watched.Length, silent);
        var leases = state.Leases;
        if (state.Disrupted && !disrupted)
        {
            leases = leases.SetItems(watched.Select(l => KeyValuePair.Create(l.Key, l.Value with { ChangedAt = uptime })));
            state = state with { UndisturbedSince = uptime };
        }
        else if (!disrupted)
        {
            leases = leases.SetItems(watched
                .Where(l => uptime - l.Value.ChangedAt >= LivenessRules.DeadAfter)
                .Select(l => KeyValuePair.Create(l.Key, l.Value with { Dead = true })));
        }

        WakeAtNextStep(leases, uptime, requeue);
        return state with { Leases = leases, Disrupted = disrupted };
    }

    private static void WakeAtNextStep(ImmutableDictionary<string, ObservedLease> leases, TimeSpan uptime, RequeueTimer requeue)
    {
        foreach (var lease in leases.Values.Where(l => l.Holder.Length > 0 && !l.Dead))
        {
            foreach (var step in (ReadOnlySpan<TimeSpan>)[LivenessRules.SuspectAfter, LivenessRules.DeadAfter])
            {
                if (lease.ChangedAt + step > uptime)
                {
                    requeue.NoLaterThan(lease.ChangedAt + step);
                    break;
                }
            }
        }
    }
}
