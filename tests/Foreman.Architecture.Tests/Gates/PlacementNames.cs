using Foreman.Architecture.Tests.Tree;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>
/// A placement is named by its two halves and by the program that runs it. What depends on it anywhere else is asked of its rules, or of the runner's options,
/// so that a new placement changes nothing there.
/// </summary>
internal static class PlacementNames
{
    // Auto is no placement: it says that none was chosen.
    private static readonly string[] Placements = ["Node", "Operator", "Job"];

    private static readonly string[] MayName =
    [
        "src/Foreman.Scheduling/Placing/",
        "src/Foreman.Operator/Backends/",
        "src/Foreman.Operator/Hosting/OperatorHost.cs",
        "src/Foreman.Operator/Runs/OperatorRuns.cs",
        "src/Foreman.Agent/Dispatching/",
        "src/Foreman.Agent/Hosting/AgentServices.cs",
        "src/Foreman.Agent/RunTask/",
    ];

    /// <summary>Places in shipped code that name a placement, or the rules of one, and may not.</summary>
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCSharp && file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Text.Contains("Placement.", StringComparison.Ordinal)
        where !MayName.Any(place => file.Path.StartsWith(place, StringComparison.Ordinal))
        from access in CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        where NamesPlacement(LastName(access.Expression), access.Name.Identifier.Text)
        select $"{file.Path}:{access.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: '{access}': ask IPlacementRules or RunnerOptions, which a new placement brings along";

    private static bool NamesPlacement(string of, string member) =>
        (of == "Placement" && Placements.Contains(member)) || (of.Length > "Placement".Length && of.EndsWith("Placement", StringComparison.Ordinal) && member == "Instance");

    private static string LastName(ExpressionSyntax expression) => expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };
}
