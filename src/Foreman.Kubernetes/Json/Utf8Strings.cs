using System.Text;
using System.Text.Json;

namespace Foreman.Kubernetes.Json;

/// <summary>
/// Texts that stand in many objects alike, such as keys of labels and names of namespaces, each kept once: objects of a large
/// list then share them. The memory for it is small and fixed.
/// </summary>
internal static class Utf8Strings
{
    private const int Slots = 512;
    private const int Longest = 64;

    [ThreadStatic]
    private static string?[]? table;

    /// <summary>The text at which the reader stands.</summary>
    public static string Shared(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length is 0 or > Longest)
        {
            return reader.GetString() ?? "";
        }

        var bytes = reader.ValueSpan;
        ref var slot = ref (table ??= new string?[Slots])[Slot(bytes)];
        if (slot is { } known && Ascii.Equals(bytes, known))
        {
            return known;
        }

        var text = reader.GetString()!;
        slot = text;
        return text;
    }

    private static int Slot(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 16777619;
        }

        return (int)((hash ^ (hash >> 15)) % Slots);
    }
}
