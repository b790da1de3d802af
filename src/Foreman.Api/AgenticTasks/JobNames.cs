using System.Globalization;

namespace Foreman.Api;

/// <summary>Names of the Jobs of attempts. Pure.</summary>
public static class JobNames
{
    private const int UidCharacters = 10;

    /// <summary>Name of the Job of an attempt: <c>fm-</c>, ten characters of the task's UID without dashes, and the attempt.</summary>
    /// <param name="taskUid">UID of the task.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    public static string Of(string taskUid, long attempt)
    {
        var uid = string.Concat(taskUid.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant).Take(UidCharacters));
        return string.Create(CultureInfo.InvariantCulture, $"fm-{uid}-{attempt}");
    }
}
