using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Foreman.Kubernetes;

namespace Foreman.Schedules;

/// <summary>Names of what belongs to a schedule. All are made of the schedule alone, so that whoever makes them again gets the same.</summary>
internal static class ScheduleNames
{
    /// <summary>Longest name of a schedule: those of the steps of its Workloads then have at most 63 characters.</summary>
    public const int MaxSchedule = 40;

    /// <summary>Longest name that a CronJob may have.</summary>
    public const int MaxCronJob = 52;

    private const int HashDigits = MaxCronJob - MaxSchedule - 1;

    /// <summary>Whether a text may be the name of a schedule.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= MaxSchedule && IsLabel(text);

    /// <summary>Whether a text may be the name of a namespace.</summary>
    public static bool IsNamespace(string text) => text.Length is > 0 and <= 63 && IsLabel(text);

    /// <summary>Name of the object that a time of a schedule creates: the same time is the same object.</summary>
    /// <param name="schedule">Name of the schedule.</param>
    /// <param name="scheduledAt">The time.</param>
    public static string Object(string schedule, DateTimeOffset scheduledAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{schedule}-{Minutes.SinceEpoch(scheduledAt)}");

    /// <summary>Name of the CronJob of a schedule.</summary>
    /// <param name="owner">Whose it is: the same schedule of two owners has two names.</param>
    /// <param name="schedule">Name of the schedule, of any length.</param>
    public static string CronJob(string owner, string schedule)
    {
        var begin = schedule.Length > MaxSchedule ? schedule[..MaxSchedule] : schedule;
        return $"{begin}-{Hash(owner, schedule)[..HashDigits]}";
    }

    /// <summary>Names a run in audit records; 32 digits in hex, as trace ids have.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="scheduledAt">The time.</param>
    public static string Correlation(ObjectKey schedule, DateTimeOffset scheduledAt) =>
        Hash(schedule.Namespace ?? "", Object(schedule.Name, scheduledAt))[..32];

    // No name holds a slash, so that no two pairs are joined to the same text.
    private static string Hash(string first, string second) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{first}/{second}")));

    private static bool IsLabel(string text) =>
        text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';
}
