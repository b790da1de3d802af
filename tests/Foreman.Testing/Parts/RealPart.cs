using System.Diagnostics.CodeAnalysis;

namespace Foreman.Testing;

/// <summary>A real program or file for tests: where it is, or why not and how to get it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Path">Where it is; null when it is not here.</param>
/// <param name="SkipReason">Why tests that need it are skipped, with what to do; null when it is here.</param>
public sealed record RealPart(string Name, string? Path, string? SkipReason)
{
    /// <summary>Whether it is here.</summary>
    [MemberNotNullWhen(true, nameof(Path))]
    [MemberNotNullWhen(false, nameof(SkipReason))]
    public bool IsHere => Path is not null;

    /// <summary>Where it is; skips the running test when it is not here.</summary>
    public string PathOrSkip()
    {
        Xunit.Assert.SkipUnless(IsHere, SkipReason ?? "");
        return Path!;
    }
}
