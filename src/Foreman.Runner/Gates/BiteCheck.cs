using System.Collections.Immutable;
using Foreman.Primitives;

namespace Foreman.Runner.Gates;

/// <summary>
/// Whether changed tests show what was changed: over the old sources they must fail, else they would have passed without the change.
/// Pure.
/// </summary>
internal static class BiteCheck
{
    private const int MaxNamed = 5;
    private const int MaxName = 120;

    /// <summary>True when tests and sources have both been changed: then the one must need the other.</summary>
    public static bool Applies(TestFiles files, IReadOnlyList<ChangedFile> changes) =>
        changes.Any(c => !c.IsGone && files.IsTest(c.Path)) && changes.Any(c => files.IsSource(c.Path));

    /// <summary>The changes that are taken back: everything but the tests.</summary>
    public static ImmutableArray<ChangedFile> TakenBack(TestFiles files, IReadOnlyList<ChangedFile> changes) => [.. changes.Where(c => !files.IsTest(c.Path))];

    /// <summary>What is said of tests that pass over the old sources.</summary>
    public static string Failure(TestFiles files, IReadOnlyList<ChangedFile> changes)
    {
        string[] tests = [.. changes.Where(c => !c.IsGone && files.IsTest(c.Path)).Select(c => c.Path).Order(StringComparer.Ordinal)];
        var named = string.Join(", ", tests.Take(MaxNamed).Select(t => Printable.Line(t, MaxName))) + (tests.Length > MaxNamed ? ", …" : "");
        return $"the changed tests pass on the old code too, so they do not show that the change was needed: {named}\nMake them fail without the change, or take them back.";
    }
}
