using System.Text;

namespace Foreman.Kubernetes.Json;

/// <summary>
/// Interns strings, so that thousands of objects share namespaces, labels and phases. It has a fixed number of slots, and a
/// new string evicts the one in its slot. Thread-safe.
/// </summary>
internal sealed class StringPool
{
    private const int Slots = 16 * 1024;
    private const int MaxLength = 128;

    private readonly string?[] _strings = new string?[Slots];

    /// <summary>One for all reflectors of the program.</summary>
    public static StringPool Shared { get; } = new();

    /// <summary>The text of some UTF-8 bytes that need no unescaping.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength || IsUnique(utf8))
        {
            return Encoding.UTF8.GetString(utf8);
        }

        // Two slots per hash, so that one rare string does not evict a frequent one.
        var first = Hash(utf8) & (Slots - 1);
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

    /// <summary>Resource versions and UIDs are unique, and would only evict others.</summary>
    private static bool IsUnique(ReadOnlySpan<byte> utf8) =>
        utf8.Length == 36 ? utf8[8] == '-' && utf8[13] == '-' : !utf8.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>FNV-1a, with the high bits folded in.</summary>
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
