using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Foreman.Api;

namespace Foreman.AgentLoop.Loop.Stuck;

/// <summary>What makes two calls, results or errors the same: their content, without ids, times and the order of arguments. Pure.</summary>
internal static partial class CallText
{
    /// <summary>So much of a result is compared; what differs only behind it counts as the same.</summary>
    private const int MaxCompared = 64 << 10;

    /// <summary>The same for calls of one tool with the same arguments in any order.</summary>
    internal static ulong Call(ToolCall call)
    {
        try
        {
            var arguments = JsonElement.Parse(call.Arguments);
            if (arguments.ValueKind is not JsonValueKind.Object)
            {
                return Hash($"{call.Name}\n{call.Arguments}");
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes(call.Name));
            foreach (var argument in arguments.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
            {
                // As it lies there: an argument may be a file of megabytes.
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{argument.Name}\0"));
                hash.AppendData(JsonMarshal.GetRawUtf8Value(argument.Value));
            }

            return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
        }
        catch (JsonException)
        {
            return Hash($"{call.Name}\n{call.Arguments}");
        }
    }

    /// <summary>The same for results that differ only in times, addresses and the paths of kept results: a test run says how long it took.</summary>
    internal static ulong Result(string text) => Hash(Volatile().Replace(Cut(text), "#"));

    /// <summary>The same for errors of a tool that differ only in numbers.</summary>
    internal static ulong Error(string tool, string text) => Hash(tool + "\n" + Digits().Replace(Cut(text), "#"));

    /// <summary>The same for the same words of the model.</summary>
    internal static ulong Words(string text) => Hash(Blanks().Replace(text.Trim(), " "));

    /// <summary>A stable hash of a text.</summary>
    internal static ulong Hash(string text) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>One text argument of a call; null when it has none of that name.</summary>
    internal static string? Argument(ToolCall call, string name)
    {
        try
        {
            return JsonElement.Parse(call.Arguments) is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Cut(string text) => text.Length > MaxCompared ? text[..MaxCompared] : text;

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d(?:[T ][0-9:.,]+(?:Z|[+-]\d\d:?\d\d)?)?|\b\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?\b|\b\d+(?:[.,]\d+)?\s?(?:ns|µs|us|ms|s|sec|secs|seconds?|min|minutes?)\b|\b0x[0-9a-fA-F]+|path ""result:[0-9A-Za-z]+""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Volatile();

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Digits();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}
