namespace Foreman.Schedules;

/// <summary>Time zones by their names in the tz database.</summary>
internal static class TimeZones
{
    /// <summary>The zone of a name.</summary>
    /// <param name="name">Null or empty for UTC.</param>
    /// <returns>Null when this host knows no such zone.</returns>
    public static TimeZoneInfo? Find(string? name) => name switch
    {
        null or "" or "UTC" or "Etc/UTC" => TimeZoneInfo.Utc,
        _ when IsName(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) => zone,
        _ => null,
    };

    // The name is a path below a folder, so it must not lead out of it; and some names mean another zone on each host.
    private static bool IsName(string name) =>
        name is not ("Local" or "localtime") && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
}
