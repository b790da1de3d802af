using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Foreman.DevCluster.Json;

/// <summary>Resolves YAML scalars as the API server does.</summary>
internal static partial class YamlScalars
{
    public static JsonValue? Resolve(Scalar scalar)
    {
        if (!JsonText.IsWellFormed(scalar.Value))
        {
            throw new YamlException(scalar.Start, scalar.End, "found invalid Unicode character escape code");
        }

        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(scalar.Value);
        }

        var text = scalar.Value;
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => JsonValue.Create(true),
            "false" or "False" or "FALSE" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => JsonValue.Create(false),
            _ when Integer(text) is { } whole => JsonValue.Create(whole),
            _ when Float().IsMatch(text) && double.Parse(text, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }

    /// <summary>YAML 1.1 integers: decimal, and with a prefix hexadecimal, octal (0o or 0) and binary; underscores part digits.</summary>
    private static long? Integer(string text)
    {
        var negative = text.StartsWith('-');
        var unsigned = negative || text.StartsWith('+') ? text[1..] : text;
        var (radix, digits) = unsigned switch
        {
            ['0', 'x', .. var hex] => (16, hex),
            ['0', 'o', .. var octal] => (8, octal),
            ['0', 'b', .. var binary] => (2, binary),
            ['0', .. { Length: > 0 } octal] => (8, octal),
            _ => (10, unsigned),
        };
        if (Magnitude(digits, radix) is not { } value)
        {
            return null;
        }

        if (negative)
        {
            return value <= (UInt128)long.MaxValue + 1 ? (long)-(Int128)value : null;
        }

        return value <= (UInt128)long.MaxValue ? (long)value : null;
    }

    /// <summary>The number of the digits; null when they are none, or too many for a 64-bit integer.</summary>
    private static UInt128? Magnitude(string digits, int radix)
    {
        UInt128 value = 0;
        var any = false;
        foreach (var digit in digits)
        {
            if (digit == '_')
            {
                continue;
            }

            var place = Place(digit);
            if (place >= radix)
            {
                return null;
            }

            any = true;
            value = (value * (uint)radix) + (uint)place;
            if (value > ulong.MaxValue)
            {
                return null;
            }
        }

        return any ? value : null;
    }

    private static int Place(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => int.MaxValue,
    };

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Float();
}
