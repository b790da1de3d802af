namespace Foreman.Probes;

/// <summary>Thermal pressure of a Linux host, from the trip points that its firmware sets.</summary>
internal static class LinuxThermal
{
    private const int MostTrips = 64;
    private static readonly string[] Levels = ["nominal", "fair", "serious", "critical"];

    /// <summary>The worst zone: passive cooling is fair, hot is serious, critical is critical. Null without zones.</summary>
    public static string? Read(HostRoots roots)
    {
        var worst = -1;
        foreach (var zone in KernelFile.Folders(roots.SysPath("class/thermal"), "thermal_zone*"))
        {
            if (KernelFile.Number(Path.Combine(zone, "temp")) is { } temperature and > 0)
            {
                worst = Math.Max(worst, Level(zone, temperature));
            }
        }

        return worst < 0 ? null : Levels[worst];
    }

    private static int Level(string zone, long temperature)
    {
        var level = 0;
        for (var trip = 0; trip < MostTrips && KernelFile.Text(Path.Combine(zone, $"trip_point_{trip}_type")) is { } type; trip++)
        {
            // A trip point of zero degrees or less is one that the firmware never set.
            if (KernelFile.Number(Path.Combine(zone, $"trip_point_{trip}_temp")) is { } at and > 0 && temperature >= at)
            {
                level = Math.Max(level, type switch { "critical" => 3, "hot" => 2, "passive" => 1, _ => 0 });
            }
        }

        return level;
    }
}
