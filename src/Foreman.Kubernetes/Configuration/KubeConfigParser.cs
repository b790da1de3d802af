using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Foreman.Kubernetes;

/// <summary>Reads the YAML (or JSON) of a kubeconfig. Unknown keys are ignored, as in kubectl.</summary>
internal static class KubeConfigParser
{
    public static KubeConfigFile Parse(string text, string file)
    {
        YamlStream stream;
        try
        {
            stream = YamlBounds.Load(text);
        }
        catch (YamlException e)
        {
            throw new KubeConfigException(file, $"line {e.Start.Line}", $"is not valid YAML ({e.Message})", "Correct the line", e);
        }

        if (stream.Documents.Count == 0)
        {
            return new KubeConfigFile(file);
        }

        if (stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw new KubeConfigException(file, null, "is not a kubeconfig: its top level is not a map", "Name a file written by kubectl config");
        }

        var top = new KubeConfigEntry(file, "", root);
        if (top.Text("kind") is { } kind and not "Config")
        {
            throw new KubeConfigException(file, "kind", $"is `{kind}`, expected Config", "Name a file written by kubectl config");
        }

        return new KubeConfigFile(file)
        {
            CurrentContext = top.Text("current-context"),
            Clusters = Entries(root, file, "clusters", "cluster"),
            Users = Entries(root, file, "users", "user"),
            Contexts = Entries(root, file, "contexts", "context"),
        };
    }

    private static Dictionary<string, KubeConfigEntry> Entries(YamlMappingNode root, string file, string listKey, string valueKey)
    {
        var entries = new Dictionary<string, KubeConfigEntry>();
        if (!root.Children.TryGetValue(new YamlScalarNode(listKey), out var node) || node is YamlScalarNode)
        {
            return entries;
        }

        if (node is not YamlSequenceNode list)
        {
            throw new KubeConfigException(file, listKey, "is not a list", $"Write a list of maps with `name` and `{valueKey}` there");
        }

        for (var i = 0; i < list.Children.Count; i++)
        {
            var item = new KubeConfigEntry(file, $"{listKey}[{i}]", list.Children[i] as YamlMappingNode);
            var name = item.Text("name") ?? throw item.Error("name", "is missing", "Give the entry a name");
            item.Values!.Children.TryGetValue(new YamlScalarNode(valueKey), out var value);
            entries.TryAdd(name, new KubeConfigEntry(file, $"{listKey}[{name}].{valueKey}", value as YamlMappingNode));
        }

        return entries;
    }
}
