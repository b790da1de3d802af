using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Foreman.CrdGen;

/// <summary>The summaries from each assembly's XML documentation, as plain text.</summary>
internal sealed partial class Summaries
{
    private readonly Dictionary<string, string> _byMember = [];

    public Summaries(params IEnumerable<Assembly> assemblies)
    {
        foreach (var path in assemblies.Select(a => Path.ChangeExtension(a.Location, ".xml")))
        {
            foreach (var member in XDocument.Load(path).Descendants("member"))
            {
                if (member.Element("summary") is { } summary)
                {
                    _byMember[(string)member.Attribute("name")!] = Text(summary);
                }
            }
        }
    }

    public string Of(Type type) => Find($"T:{type.FullName}");

    public string Of(PropertyInfo property) => Find($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private string Find(string member) => _byMember.TryGetValue(member, out var text)
        ? text
        : throw new InvalidOperationException($"{member} has no summary: its description in the CRD would be empty");

    private static string Text(XElement summary) =>
        Spaces().Replace(string.Concat(summary.DescendantNodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement element when element.Attribute("cref") is { } cref => FieldName(cref.Value),
        XElement element when element.Attribute("langword") is { } word => word.Value,
        _ => "",
    };

    // P:Foreman.Kubernetes.V1Condition.Status is the field "status" to the reader of a CRD.
    private static string FieldName(string cref)
    {
        var last = cref[(cref.LastIndexOf('.') + 1)..];
        return cref.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.CamelCase.ConvertName(last) : last;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
