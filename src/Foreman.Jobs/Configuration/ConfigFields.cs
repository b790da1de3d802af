using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Api;

namespace Foreman.Jobs;

/// <summary>Reads the keys of the configuration, and collects what is wrong. A key that was never asked for is unknown.</summary>
/// <param name="map">The whole configuration.</param>
internal sealed class ConfigFields(JsonObject map)
{
    // Keys of other systems, and where the same is said here.
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["imagePullSecret"] = "podTemplate.spec.imagePullSecrets",
        ["imagePullSecrets"] = "podTemplate.spec.imagePullSecrets",
        ["serviceAccount"] = "podTemplate.spec.serviceAccountName",
        ["serviceAccountName"] = "podTemplate.spec.serviceAccountName",
        ["nodeSelector"] = "podTemplate.spec.nodeSelector",
        ["tolerations"] = "podTemplate.spec.tolerations",
        ["runtimeClassName"] = "podTemplate.spec.runtimeClassName",
        ["priorityClassName"] = "podTemplate.spec.priorityClassName",
        ["terminationGracePeriodSeconds"] = "podTemplate.spec.terminationGracePeriodSeconds",
        ["resources"] = "podTemplate.spec.containers, as resources of the container named task",
        ["environment"] = "podTemplate.spec.containers, as env of the container named task",
        ["codingCliSidecars"] = "sidecars",
        ["defaultImage"] = "image",
        ["unschedulableTimeout"] = "unschedulableTimeoutSeconds",
    };

    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>What is wrong: sentences without their full stops.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>A text.</summary>
    public string Text(string key, string absent, Func<string, bool> isGood, string what)
    {
        if (!TryGet(key, out var value))
        {
            return absent;
        }

        if (value is JsonValue one && one.TryGetValue<string>(out var text) && isGood(text))
        {
            return text;
        }

        Fail(key, $"{Shown(value)} is not {what}");
        return absent;
    }

    /// <summary>A whole number within bounds.</summary>
    public int Whole(string key, int absent, int least, int most)
    {
        if (!TryGet(key, out var value))
        {
            return absent;
        }

        if (value is JsonValue one && one.TryGetValue<long>(out var number) && number >= least && number <= most)
        {
            return (int)number;
        }

        Fail(key, Texts.Of($"{Shown(value)} is not a whole number from {least} to {most}"));
        return absent;
    }

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool absent)
    {
        if (!TryGet(key, out var value))
        {
            return absent;
        }

        if (value is JsonValue one && one.TryGetValue<bool>(out var flag))
        {
            return flag;
        }

        Fail(key, $"{Shown(value)} is neither true nor false");
        return absent;
    }

    /// <summary>A quantity above 0.</summary>
    public string Quantity(string key, string absent)
    {
        if (!TryGet(key, out var value))
        {
            return absent;
        }

        if (Scalar(value) is { } text && Quantities.Parse(text) > 0)
        {
            return text;
        }

        Fail(key, $"{Shown(value)} is not a quantity above 0, such as 10Gi");
        return absent;
    }

    /// <summary>Texts by name.</summary>
    public ImmutableSortedDictionary<string, string> Map(string key, Func<string, bool> isName, Func<string, bool> isValue, string what)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries(key))
        {
            var text = value is JsonValue one && one.TryGetValue<string>(out var given) ? given : null;
            if (!isName(name))
            {
                Fail($"{key}.{Texts.Shown(name, 80)}", "the name is not one that Kubernetes takes");
            }
            else if (text is null || !isValue(text))
            {
                Fail($"{key}.{name}", $"{Shown(value)} is not {what}{(text is null ? "; write it in quotes" : "")}");
            }
            else
            {
                read[name] = text;
            }
        }

        return read.ToImmutable();
    }

    /// <summary>Requests and limits.</summary>
    public JobResources Resources(string key, JobResources absent)
    {
        if (!TryGet(key, out var value))
        {
            return absent;
        }

        if (value is not JsonObject given || given.Any(f => f.Key is not ("requests" or "limits") || f.Value is not JsonObject))
        {
            Fail(key, "it is no map of requests and limits");
            return absent;
        }

        var resources = JobResources.Of(Amounts(given["requests"]), Amounts(given["limits"]));
        foreach (var problem in ResourceMerge.Problems(resources))
        {
            Fail(key, problem);
        }

        return resources;
    }

    /// <summary>Content sidecars.</summary>
    public ImmutableArray<TaskSidecar> Sidecars(string key, bool asVolumes)
    {
        if (!TryGet(key, out var value))
        {
            return [];
        }

        if (value is not JsonArray list)
        {
            Fail(key, "it is no list: write each sidecar with a dash, such as \"- {name: tools, image: example.com/tools:1, mountPath: /opt/tools}\"");
            return [];
        }

        var read = list.Index().Select(i => Sidecar(Texts.Of($"{key}[{i.Index}]"), i.Item)).OfType<TaskSidecar>().ToImmutableArray();
        Errors.AddRange(SidecarRules.Faults(read, key, asVolumes).Select(f => $"{f.Path}: {f.Why}"));
        return read;
    }

    /// <summary>A PodTemplateSpec, as JSON; empty when absent.</summary>
    public string Template(string key)
    {
        if (!TryGet(key, out var value))
        {
            return "";
        }

        if (value is not JsonObject given)
        {
            Fail(key, "it is no map of metadata and spec");
            return "";
        }

        Errors.AddRange(PodTemplates.Read(given, key).Faults.Select(f => $"{f.Path}: {f.Why}"));
        return given.ToJsonString();
    }

    /// <summary>Adds an error for each key that nothing asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (key, _) in map.Where(f => !_known.Contains(f.Key)))
        {
            var name = Camel(key);
            Fail(
                Texts.Shown(key, 80),
                Elsewhere.TryGetValue(name, out var place) ? $"there is no such key here; say it in {place}"
                : _known.Contains(name) ? $"there is no such key; write {name}"
                : $"there is no such key; there are {string.Join(", ", _known)}");
        }
    }

    private bool TryGet(string key, out JsonNode? value)
    {
        _ = _known.Add(key);
        return map.TryGetPropertyValue(key, out value) && value is not null;
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> Entries(string key)
    {
        if (!TryGet(key, out var value))
        {
            return [];
        }

        if (value is JsonObject entries)
        {
            return entries;
        }

        Fail(key, "it is no map of names and texts");
        return [];
    }

    private TaskSidecar? Sidecar(string at, JsonNode? value)
    {
        if (value is not JsonObject given)
        {
            Fail(at, "it is no map of name, image and mountPath");
            return null;
        }

        foreach (var (field, _) in given.Where(f => f.Key is not ("name" or "image" or "mountPath" or "readWrite")))
        {
            Fail($"{at}.{Texts.Shown(field, 80)}", "there is no such key; there are name, image, mountPath, readWrite");
        }

        var readWrite = given["readWrite"] is JsonValue flag && flag.TryGetValue<bool>(out var writes) ? writes : (bool?)null;
        if (given["readWrite"] is not null && readWrite is null)
        {
            Fail($"{at}.readWrite", $"{Shown(given["readWrite"])} is neither true nor false");
        }

        return new() { Name = Scalar(given["name"]) ?? "", Image = Scalar(given["image"]) ?? "", MountPath = Scalar(given["mountPath"]) ?? "", ReadWrite = readWrite };
    }

    private static IEnumerable<KeyValuePair<string, string>> Amounts(JsonNode? given) =>
        given is JsonObject amounts ? amounts.Select(a => KeyValuePair.Create(a.Key, Scalar(a.Value) ?? "")) : [];

    private void Fail(string key, string what) => Errors.Add($"{key}: {what}");

    // A quantity of 2 is a number in YAML.
    private static string? Scalar(JsonNode? value) => value is JsonValue one && !one.TryGetValue<bool>(out _) ? one.ToString() : null;

    private static string Shown(JsonNode? value) => value switch
    {
        null => "nothing",
        JsonValue one when one.ToString().Length == 0 => "an empty text",
        JsonValue one => Texts.Shown(one.ToString(), 100),
        _ => Texts.Shown(value.ToJsonString(), 100),
    };

    private static string Camel(string key)
    {
        var words = key.Split(['_', '-'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? key : words[0] + string.Concat(words.Skip(1).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
