using Foreman.Kubernetes.Json;

namespace Foreman.Workloads;

/// <summary>Holds steps back until their time has come. Pure.</summary>
internal static class RetryHold
{
    // A timer of months is of no use, and a decision that finds nothing to do costs little.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The plan with its steps held back, and after what time to look again; null for never.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="now">Time of day.</param>
    public static (WorkloadPlan Plan, TimeSpan? Again) Of(WorkloadPlan plan, DateTimeOffset now)
    {
        if (plan.Steps.Where(s => s.NotBefore > now).Min(s => s.NotBefore) is not { } next)
        {
            return (plan, null);
        }

        var wait = next - now;
        return (
            plan with
            {
                Steps = [.. plan.Steps.Select(s => s.NotBefore is { } time && time > now ? s with { Hold = $"Waits until {Rfc3339Converter.Format(time)} (retryPolicy.backoffSeconds)." } : s)],
            },
            wait < Longest ? wait : Longest);
    }
}
