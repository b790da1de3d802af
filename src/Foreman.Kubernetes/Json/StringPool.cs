using System.Text;

namespace Foreman.Kubernetes.Json;

/// <summary>
/// Gives the same string for the same bytes as a rule, so that thousands of objects share their namespaces, labels, phases
/// and the like. It forgets: there is a fixed number of places, and what falls on a taken one pushes out what was there. Safe for use
/// from many threads.
/// </summary>
internal sealed class StringPool
{
    private const int Places = 16 * 1024;
    private const int Longest = 128;

    private readonly string?[] _strings = new string?[Places];

    /// <summary>One for all reflectors of the program.</summary>
    public static StringPool Shared { get; } = new();

    /// <summary>The text of some UTF-8 bytes that need no unescaping.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > Longest || IsUnique(utf8))
        {
            return Encoding.UTF8.GetString(utf8);
        }

        // Two places for each: what comes once does not at once push out what comes often.
        var first = Hash(utf8) & (Places - 1);
        var second = first ^ 1;
        var known = Volatile.Read(ref _strings[first]);
        if (known is not null && Ascii.Equals(utf8, known))
        {
            return known;
        }

        if (Volatile.Read(ref _strings[second]) is { } other && Ascii.Equals(utf8, other))
        {
            return other;
        }

        var text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref _strings[second], known);
        Volatile.Write(ref _strings[first], text);
        return text;
    }

    /// <summary>Versions and UIDs do not come twice, and would only push out what does.</summary>
    private static bool IsUnique(ReadOnlySpan<byte> utf8) =>
        utf8.Length == 36 ? utf8[8] == '-' && utf8[13] == '-' : !utf8.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>FNV-1a, with the high bits brought down.</summary>
    private static int Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = 2_166_136_261u;
        foreach (var b in utf8)
        {
            hash = unchecked((hash ^ b) * 16_777_619u);
        }

        return (int)((hash ^ (hash >> 15)) & int.MaxValue);
    }
}
