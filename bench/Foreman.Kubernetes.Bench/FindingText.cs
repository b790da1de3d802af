using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Foreman.Kubernetes.Bench;

/// <summary>Findings for people and for programs.</summary>
internal static class FindingText
{
    public static string Json(IReadOnlyList<Finding> findings) => JsonSerializer.Serialize(findings, FindingJson.Default.IReadOnlyListFinding);

    public static string Table(IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} CPUs, {RuntimeInformation.RuntimeIdentifier}").AppendLine();
        var width = findings.Max(f => f.What.Length);
        foreach (var finding in findings)
        {
            var aim = finding.Aim is null ? "" : $"   aim {finding.Aim}{(finding.Met == false ? ": not reached" : "")}";
            text.AppendLine(CultureInfo.InvariantCulture, $"{finding.What.PadRight(width)} {finding.Value,12:0.##} {finding.Unit,-6}{aim}");
        }

        return text.ToString();
    }
}
