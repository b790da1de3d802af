using System.Text.RegularExpressions;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>Tests wait for conditions with a deadline, never for time to pass.</summary>
internal static partial class Waits
{
    private static readonly string[] Exempt = ["tests/Foreman.Testing/", "tests/Foreman.Architecture.Tests/"];

    /// <summary>Sleeps in tests. Helpers that poll with a deadline live in Foreman.Testing; the samples of this gate lie beside it.</summary>
    public static IEnumerable<string> Sleeps(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsTest && file.IsCSharp && !Exempt.Any(e => file.Path.StartsWith(e, StringComparison.Ordinal))
        from line in file.Lines.Index()
        where Sleep().IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1}: '{line.Item.Trim()}': wait for a condition (Eventually), or move a virtual clock";

    // Task.Delay on a clock, or for ever until cancelled, is no sleep.
    [GeneratedRegex(@"\bThread\.Sleep\(|\bTask\.Delay\((?!.*(clock|time(?!span)|Infinite|-1))", RegexOptions.IgnoreCase)]
    private static partial Regex Sleep();
}
