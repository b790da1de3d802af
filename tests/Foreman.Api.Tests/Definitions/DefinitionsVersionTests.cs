using Foreman.CrdGen;

namespace Foreman.Api.Tests.Definitions;

public sealed class DefinitionsVersionTests
{
    private static readonly Version Own = Version.Parse(DefinitionsVersion.Current);

    [Fact]
    public void Every_definition_carries_the_stamp_of_its_release() => Assert.All(
        GeneratedFiles.Generate().Where(f => f.Key.StartsWith(GeneratedFiles.DefinitionsFolder, StringComparison.Ordinal)),
        f => Assert.Contains($"\n    {DefinitionsVersion.Annotation}: \"{DefinitionsVersion.Current}\"\n", f.Value, StringComparison.Ordinal));

    [Fact]
    public void Definitions_of_this_or_of_a_newer_release_are_not_older()
    {
        Assert.Null(DefinitionsVersion.Older(DefinitionsVersion.Current, []));
        Assert.Null(DefinitionsVersion.Older($"{Own.Major}.{Own.Minor}.0", []));
        Assert.Null(DefinitionsVersion.Older($"{Own.Major}.{Own.Minor + 1}.0", []));
        Assert.Null(DefinitionsVersion.Older($"{Own.Major + 1}.0.0", []));
    }

    [Theory]
    [InlineData("0.0.9", true, "they are of version 0.0.9, this program is ")]
    [InlineData(null, false, "they carry no version, this program is ")]
    [InlineData("", false, "they carry no version, this program is ")]
    [InlineData("newest", false, "they carry no version, this program is ")]
    [InlineData("0", false, "they carry no version, this program is ")]
    public void Older_ones_and_those_without_a_stamp_are_told(string? stamp, bool isOlder, string told)
    {
        Assert.Equal(told + DefinitionsVersion.Current, DefinitionsVersion.Older(stamp, []));
        Assert.Equal(isOlder, DefinitionsVersion.IsOlder(stamp));
    }

    [Fact]
    public void What_is_missing_is_told_whatever_the_stamp_says()
    {
        Assert.Equal("Agent has no spec.a; RunLog has no spec.b", DefinitionsVersion.Older(DefinitionsVersion.Current, ["Agent has no spec.a", "RunLog has no spec.b"]));
        Assert.Equal($"Agent has no spec.a; they are of version 0.0.1, this program is {DefinitionsVersion.Current}", DefinitionsVersion.Older("0.0.1", ["Agent has no spec.a"]));
    }
}
