using System.Globalization;

namespace Foreman.Scheduling;

/// <summary>Why a host does not match a task, by one clause.</summary>
/// <param name="Summary">Few words that are the same for all hosts that fail this clause: they are counted.</param>
/// <param name="Detail">What was asked and what is there, in numbers or names.</param>
/// <param name="Step">What would let this host match.</param>
public sealed record ConstraintViolation(string Summary, string Detail, HintStep Step)
{
    /// <summary>A violation with an advice for people only.</summary>
    /// <param name="summary">Few words that are the same for all hosts that fail this clause.</param>
    /// <param name="detail">What was asked and what is there.</param>
    /// <param name="fix">What would let this host match.</param>
    public ConstraintViolation(string summary, string detail, string fix)
        : this(summary, detail, new Advice(fix))
    {
    }

    /// <summary>What would let this host match, in words.</summary>
    public string Fix => Step.Text;

    /// <summary>True when it passes by itself: the task waits for capacity rather than for another host.</summary>
    public bool Temporary { get; init; }

    /// <summary>How far off, from 0 to 1; 1 when it has no measure.</summary>
    public double Gap { get; init; } = 1;

    /// <summary>Reason of the condition Scheduled when nothing else is in the way; null for the usual one.</summary>
    public string? Reason { get; init; }

    /// <summary>A violation by numbers; what is there may be unknown.</summary>
    internal static ConstraintViolation Short(string summary, int asked, int? there, string unit, HintStep step) => new(
        summary, string.Create(CultureInfo.InvariantCulture, $"{asked} {unit} asked, {there?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number"} there"), step)
    {
        Gap = asked <= 0 ? 0 : Math.Clamp((asked - (there ?? 0)) / (double)asked, 0, 1),
    };
}
