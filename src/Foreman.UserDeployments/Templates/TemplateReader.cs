using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using YamlDotNet.Core;

namespace Foreman.UserDeployments.Templates;

/// <summary>Reads a template: YAML with known keys only, all faults told at once. Pure.</summary>
internal static class TemplateReader
{
    /// <summary>Most characters of a template.</summary>
    public const int MostCharacters = 256 * 1024;

    private const int MostServices = 50;

    private static readonly ImmutableSortedDictionary<string, string> Nothing = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The services of a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="parameters">Values of its parameters by name; null for none.</param>
    /// <param name="config">Configuration by key; null for none.</param>
    /// <param name="allowPrivileged">Whether a service may ask for more than Pod Security restricted allows.</param>
    public static TemplateReading Read(string text, IReadOnlyDictionary<string, string>? parameters, IReadOnlyDictionary<string, string>? config, bool allowPrivileged)
    {
        if (text.Length > MostCharacters)
        {
            return new([], [Texts.Of($"the template is longer than {MostCharacters} characters")]);
        }

        JsonObject map;
        try
        {
            map = YamlToJson.Convert(text);
        }
        catch (YamlException e)
        {
            return new([], [Texts.Of($"line {e.Start.Line}, the template: it is no YAML with one map of keys: {Texts.Shown(e.Message, 300)}")]);
        }

        var faults = new TemplateFaults(text);
        var values = ParameterValues.Read(new(map, [], faults, values: null), parameters ?? Nothing);
        var root = new TemplateMap(map, [], faults, new(values, config ?? Nothing));
        _ = root.Maps("parameters");
        var services = Services(root, allowPrivileged);
        root.RefuseOthers();
        return faults.Count == 0 ? new(services, []) : new([], faults.Told());
    }

    private static ImmutableArray<TemplateService> Services(TemplateMap root, bool allowPrivileged)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var read = ImmutableArray.CreateBuilder<TemplateService>();
        foreach (var map in root.Maps("services"))
        {
            var service = ServiceReader.Read(map, allowPrivileged);
            read.Add(service);
            if (!names.Add(service.Name) && service.Name.Length > 0)
            {
                map.Fail("name", $"the service {service.Name} stands there twice");
            }
        }

        if (read.Count is 0 or > MostServices)
        {
            root.Fail("services", Texts.Of($"it is no list of 1 to {MostServices} services"));
        }

        return read.ToImmutable();
    }
}
