using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Foreman.Probes;

/// <summary>Sockets and addresses of this host, from the operating system.</summary>
internal static class LocalNetwork
{
    /// <summary>Listening TCP endpoints; null when unknown.</summary>
    public static IReadOnlyList<IPEndPoint>? Listening()
    {
        try
        {
            return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>An address of this host in its network: IPv4 first, no loopback, no link-local.</summary>
    public static IPAddress? OwnAddress()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .Where(a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal && !a.ToString().StartsWith("169.254.", StringComparison.Ordinal))
                .OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
                .FirstOrDefault();
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException or IOException)
        {
            return null;
        }
    }
}
