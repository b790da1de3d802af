using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Foreman.DevCluster.Schema;

/// <summary>The string formats that the API server validates; unknown formats are accepted.</summary>
internal static partial class Formats
{
    public static bool IsValid(string format, string text) => format switch
    {
        "date-time" => DateTimeText().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uuid" or "uuid3" or "uuid4" or "uuid5" => Guid.TryParse(text, out _),
        "uri" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        "ipv4" => IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork,
        "ipv6" => IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6,
        "cidr" => IPNetwork.TryParse(text, out _),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "duration" => Duration().IsMatch(text),
        _ => true,
    };

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex DateTimeText();

    [GeneratedRegex(@"^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|hour|minute|second|day|week)s?)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
