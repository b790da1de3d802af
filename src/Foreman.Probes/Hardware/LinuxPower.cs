namespace Foreman.Probes;

/// <summary>Whether a Linux host runs on battery.</summary>
internal static class LinuxPower
{
    /// <summary>
    /// True when the host's own battery discharges; batteries of mice and headsets (<c>scope</c> Device) do not count.
    /// </summary>
    public static bool OnBattery(HostRoots roots) =>
        KernelFile.Folders(roots.SysPath("class/power_supply")).Any(supply =>
            Is(supply, "type", "Battery") && !Is(supply, "scope", "Device") && Is(supply, "status", "Discharging"));

    private static bool Is(string supply, string file, string value) =>
        string.Equals(KernelFile.Text(Path.Combine(supply, file)), value, StringComparison.OrdinalIgnoreCase);
}
