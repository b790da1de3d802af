using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Lifecycle;

/// <summary>Rules shared by ConfigMaps and Secrets: valid keys, at most 1 MiB, and immutability.</summary>
internal static partial class DataRules
{
    private const int MaxKeyLength = 253;
    private const int MaxSize = 1024 * 1024;
    private const string ImmutableMessage = "field is immutable when `immutable` is set";

    public static void CheckKeys(JsonObject root, string field, FieldErrors errors)
    {
        foreach (var (key, _) in root.Object(field) ?? [])
        {
            if (KeyError(key) is { } error)
            {
                errors.Add(FieldError.Invalid($"{field}[{key}]", $"\"{key}\"", error));
            }
        }
    }

    /// <summary>Size in bytes of a map's strings as UTF-8.</summary>
    public static long TextSize(JsonObject? map) => (map ?? []).Sum(entry => (long)Encoding.UTF8.GetByteCount(JsonTree.AsText(entry.Value) ?? ""));

    /// <summary>Decoded size in bytes of a map's base64 values.</summary>
    public static long ByteSize(JsonObject? map) => (map ?? []).Sum(entry => Base64Size(JsonTree.AsText(entry.Value) ?? ""));

    /// <summary>Adds an error at <paramref name="field"/> when the total size is too large.</summary>
    public static void CheckSize(long size, string field, FieldErrors errors)
    {
        if (size > MaxSize)
        {
            errors.Add(FieldError.TooLong(field, MaxSize));
        }
    }

    public static void CheckImmutable(JsonObject root, JsonObject? stored, FieldErrors errors, params ReadOnlySpan<string> fields)
    {
        if (stored is null || JsonTree.AsBoolean(stored["immutable"]) != true)
        {
            return;
        }

        if (JsonTree.AsBoolean(root["immutable"]) != true)
        {
            errors.Add(FieldError.Forbidden("immutable", ImmutableMessage));
        }

        foreach (var field in fields)
        {
            if (!JsonTree.Same(root[field], stored[field]))
            {
                errors.Add(FieldError.Forbidden(field, ImmutableMessage));
            }
        }
    }

    private static long Base64Size(string text) => (text.Length / 4L * 3L) - text.AsSpan().Count('=');

    private static string? KeyError(string key) => key switch
    {
        { Length: > MaxKeyLength } => $"must be no more than {MaxKeyLength} characters",
        "." => "must not be '.'",
        ".." => "must not be '..'",
        _ when !Key().IsMatch(key) => "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        _ when key.StartsWith("..", StringComparison.Ordinal) => "must not start with '..'",
        _ => null,
    };

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
