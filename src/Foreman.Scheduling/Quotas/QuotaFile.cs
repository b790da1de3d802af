using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using YamlDotNet.Core;

namespace Foreman.Scheduling;

/// <summary>What was read of the file of quotas.</summary>
/// <param name="Quotas">The entries without an error.</param>
/// <param name="Errors">A sentence without its full stop for each error, by entry and field; empty for a good file.</param>
public sealed record QuotaReading(QuotaSet Quotas, ImmutableArray<string> Errors)
{
    private const int MostTold = 10;

    /// <summary>No file, no quotas.</summary>
    public static QuotaReading None { get; } = new(QuotaSet.None, []);

    /// <summary>The errors as one line, the first ones of many.</summary>
    public string Summary => string.Join("; ", Errors.Take(MostTold))
        + (Errors.Length > MostTold ? string.Create(CultureInfo.InvariantCulture, $"; and {Errors.Length - MostTold} more") : "");
}

/// <summary>Reads the ConfigMap of quotas, and writes its text. Pure.</summary>
public static class QuotaFile
{
    /// <summary>Name of the ConfigMap, in the namespace of the operator.</summary>
    public const string ConfigMap = "foreman-quotas";

    /// <summary>Its key.</summary>
    public const string Key = "quotas.yaml";

    /// <summary>Most entries.</summary>
    public const int MostEntries = 1000;

    /// <summary>The quotas of a ConfigMap.</summary>
    /// <param name="map">The ConfigMap; null when there is none.</param>
    public static QuotaReading Read(V1ConfigMap? map) =>
        map is null ? QuotaReading.None
        : map.Data?.GetValueOrDefault(Key) is { } text ? Parse(text)
        : new(QuotaSet.None, [$"the key {Key} is missing"]);

    /// <summary>The quotas of a text.</summary>
    /// <param name="text">YAML or JSON: a list of entries; nothing at all for no quotas.</param>
    public static QuotaReading Parse(string text)
    {
        JsonNode? root;
        try
        {
            root = YamlToJson.ConvertValue(text);
        }
        catch (YamlException e)
        {
            return new(QuotaSet.None, [Printable.Line($"{Key} is no YAML: {e.Message}", 500)]);
        }

        return root switch
        {
            null => QuotaReading.None,
            JsonArray { Count: > MostEntries } list => new(QuotaSet.None, [string.Create(CultureInfo.InvariantCulture, $"{Key} has {list.Count} entries; {MostEntries} are allowed")]),
            JsonArray list => Read(list),
            _ => new(QuotaSet.None, [$"{Key} is no list: write each entry with a dash, such as \"- namespace: team-a\""]),
        };
    }

    /// <summary>The text of quotas, as <see cref="Parse"/> reads it: a line for each entry, without the comments of the text that they were read from.</summary>
    /// <param name="quotas">The quotas.</param>
    public static string Text(QuotaSet quotas) => string.Concat(quotas.All.Select(q => "- {" + string.Join(", ", Fields(q)) + "}\n"));

    // Names hold nothing that would end a text in quotes, and may look like numbers without them.
    private static IEnumerable<string> Fields(Quota quota)
    {
        if (quota.Namespace is { } space)
        {
            yield return $"namespace: \"{space}\"";
        }

        if (quota.Queue is { } queue)
        {
            yield return $"queue: \"{queue}\"";
        }

        if (quota.Role is { } role)
        {
            yield return $"role: {role}";
        }

        (string Name, long? Value)[] numbers =
        [
            ("weight", quota.Weight),
            ("tokensPerWindow", quota.TokensPerWindow),
            ("secondsPerWindow", quota.SecondsPerWindow),
            ("windowHours", quota.HasWindow ? quota.WindowHours : null),
            ("maxRunning", quota.MaxRunning),
        ];
        foreach (var (name, value) in numbers)
        {
            if (value is { } number)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{name}: {number}");
            }
        }
    }

    private static QuotaReading Read(JsonArray list)
    {
        var (quotas, errors, first) = (new List<Quota>(), new List<string>(), new Dictionary<QuotaKey, int>());
        foreach (var (index, item) in list.Index())
        {
            var entry = new QuotaEntry(index + 1, item, errors);
            if (entry.Read() is not { } quota)
            {
                continue;
            }

            if (first.TryAdd(quota.Key, index + 1))
            {
                quotas.Add(quota);
            }
            else
            {
                entry.Fail(null, string.Create(CultureInfo.InvariantCulture, $"entry {first[quota.Key]} is of {quota.Owner} already; put both into one"));
            }
        }

        return new(new(quotas), [.. errors]);
    }
}

/// <summary>Reads one entry, and collects what is wrong with it.</summary>
/// <param name="number">Its place, from 1 on.</param>
/// <param name="item">The entry.</param>
/// <param name="errors">Where errors are added.</param>
internal sealed class QuotaEntry(int number, JsonNode? item, List<string> errors)
{
    private const long MostUnits = 1L << 40;
    private const int MostName = 63;

    private static readonly string[] Fields = ["namespace", "queue", "role", "weight", "tokensPerWindow", "secondsPerWindow", "windowHours", "maxRunning"];

    private string _of = "";

    /// <summary>The quota; null when something is wrong with it.</summary>
    public Quota? Read()
    {
        if (item is not JsonObject entry)
        {
            Fail(null, "it is no map of fields, such as {namespace: team-a, maxRunning: 2}");
            return null;
        }

        var before = errors.Count;
        var space = Name(entry, "namespace", IsNamespace, "the name of a namespace");
        _of = space is null ? "" : $" ({space})";
        var queue = Name(entry, "queue", IsLabel, "the value of a label");
        _of = space is null || queue is null ? _of : $" ({space}/{queue})";
        var role = Name(entry, "role", IsRole, $"one of {string.Join(", ", AgentRole.Known)}");
        _of = role is null ? _of : _of.Length == 0 ? $" (role {role})" : $"{_of[..^1]}, role {role})";
        foreach (var (field, _) in entry.Where(f => !Fields.Contains(f.Key)))
        {
            Fail(field, $"there is no such field; there are {string.Join(", ", Fields)}");
        }

        if (!entry.ContainsKey("namespace") && (!entry.ContainsKey("role") || entry.ContainsKey("queue")))
        {
            Fail("namespace", "it is missing: a queue too is named within its namespace");
        }

        var (weight, running) = (Whole(entry, "weight", 1, 1000), Whole(entry, "maxRunning", 0, 1_000_000));
        var (tokens, seconds, hours) = (Whole(entry, "tokensPerWindow", 0, MostUnits), Whole(entry, "secondsPerWindow", 0, MostUnits), Whole(entry, "windowHours", 1, 744));
        CheckUse(entry);
        return errors.Count > before ? null : new()
        {
            Namespace = space,
            Queue = queue,
            Role = role is null ? null : new AgentRole(role),
            Weight = (int?)weight,
            MaxRunning = (int?)running,
            TokensPerWindow = tokens,
            SecondsPerWindow = seconds,
            WindowHours = (int?)hours ?? Quota.DefaultWindowHours,
        };
    }

    /// <summary>Adds an error.</summary>
    /// <param name="field">The field; null for the whole entry.</param>
    /// <param name="what">What is wrong, and what to do.</param>
    public void Fail(string? field, string what) =>
        errors.Add(string.Create(CultureInfo.InvariantCulture, $"entry {number}{_of}: {(field is null ? "" : $"{Printable.Line(field, 100)}: ")}{what}"));

    private void CheckUse(JsonObject entry)
    {
        bool Has(string field) => entry.ContainsKey(field);
        if (Has("role") && Has("weight"))
        {
            Fail("weight", "it has no effect on a role: shares are those of queues");
        }

        var hasWindow = Has("tokensPerWindow") || Has("secondsPerWindow");
        if (Has("windowHours") && !hasWindow)
        {
            Fail("windowHours", "it has no effect without tokensPerWindow or secondsPerWindow");
        }
        else if (!hasWindow && !Has("weight") && !Has("maxRunning"))
        {
            Fail(null, "it neither weighs nor limits anything; give it weight, tokensPerWindow, secondsPerWindow or maxRunning");
        }
    }

    private string? Name(JsonObject entry, string field, Func<string, bool> isName, string what)
    {
        if (!entry.TryGetPropertyValue(field, out var value))
        {
            return null;
        }

        var text = value is JsonValue one && one.TryGetValue<string>(out var given) ? given : null;
        if (text is not null && isName(text))
        {
            return text;
        }

        Fail(field, text is null ? $"{Shown(value)} is no text; write it in quotes" : $"{Shown(value)} is not {what}");
        return null;
    }

    private long? Whole(JsonObject entry, string field, long least, long most)
    {
        if (!entry.TryGetPropertyValue(field, out var value))
        {
            return null;
        }

        if (value is JsonValue one && (one.TryGetValue<long>(out var whole) || (one.TryGetValue<double>(out var number) && IsWhole(number, out whole))) && whole >= least && whole <= most)
        {
            return whole;
        }

        Fail(field, string.Create(CultureInfo.InvariantCulture, $"{Shown(value)} is not a whole number from {least} to {most}"));
        return null;
    }

    // 1e6 is read as a number with a fraction.
    private static bool IsWhole(double number, out long whole)
    {
        whole = Math.Abs(number) <= MostUnits ? (long)number : -1;
        return whole == number;
    }

    private static string Shown(JsonNode? value) => value is null ? "nothing" : Printable.Line(value is JsonValue ? value.ToString() : value.ToJsonString(), 100) is { Length: > 0 } text ? text : "an empty text";

    private static bool IsRole(string text) => AgentRole.Known.Contains(new AgentRole(text));

    private static bool IsNamespace(string text) =>
        text.Length is > 0 and <= MostName && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';

    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= MostName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]);
}
