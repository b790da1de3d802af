using System.Runtime.InteropServices;

namespace Foreman.Probes;

/// <summary>Operating systems with their own probes.</summary>
public enum HostPlatform
{
    /// <summary>Linux.</summary>
    Linux,

    /// <summary>macOS.</summary>
    Darwin,

    /// <summary>Another one: model servers are found, hardware is not.</summary>
    Other,
}

/// <summary>The host's operating system and processor as API values.</summary>
internal static class HostPlatforms
{
    public static HostPlatform Current { get; } =
        OperatingSystem.IsLinux() ? HostPlatform.Linux : OperatingSystem.IsMacOS() ? HostPlatform.Darwin : HostPlatform.Other;

    public static string Os(this HostPlatform platform) => platform switch
    {
        HostPlatform.Linux => "linux",
        HostPlatform.Darwin => "darwin",
        _ => OperatingSystem.IsWindows() ? "windows" : "other",
    };

    public static string Arch { get; } = RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.Arm64 => "arm64",
        var other => other.ToString(),
    };
}
