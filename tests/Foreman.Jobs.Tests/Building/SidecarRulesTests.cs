using Foreman.Api;

namespace Foreman.Jobs.Tests.Building;

public sealed class SidecarRulesTests
{
    [Fact]
    public void Good_sidecars_have_no_faults() => Assert.Empty(SidecarRules.Faults([Sidecar(), Sidecar() with { Name = "b", MountPath = "/opt/b" }], "s", asVolumes: true));

    [Theory]
    [InlineData("", "i", "/opt/a", "s[0].name")]
    [InlineData("A", "i", "/opt/a", "s[0].name")]
    [InlineData("a", "", "/opt/a", "s[0].image")]
    [InlineData("a", "i j", "/opt/a", "s[0].image")]
    [InlineData("a", "i", "", "s[0].mountPath")]
    [InlineData("a", "i", "opt/a", "s[0].mountPath")]
    [InlineData("a", "i", "/opt/../etc", "s[0].mountPath")]
    [InlineData("a", "i", "/", "s[0].mountPath")]
    [InlineData("a", "i", "/workspace", "s[0].mountPath")]
    [InlineData("a", "i", "/workspace/x", "s[0].mountPath")]
    [InlineData("a", "i", "/foreman/", "s[0].mountPath")]
    [InlineData("a", "i", "/var", "s[0].mountPath")]
    [InlineData("a", "i", "/proc", "s[0].mountPath")]
    public void O12_A_bad_sidecar_is_told(string name, string image, string path, string fault) =>
        Assert.Equal([fault], SidecarRules.Faults([new() { Name = name, Image = image, MountPath = path }], "s", asVolumes: false).Select(f => f.Path));

    [Fact]
    public void O12_Names_and_places_are_taken_once() => Assert.Equal(
        ["s[1].name", "s[1].mountPath"],
        SidecarRules.Faults([Sidecar(), Sidecar() with { MountPath = "/opt/a/" }], "s", asVolumes: false).Select(f => f.Path));

    private static TaskSidecar Sidecar() => new() { Name = "a", Image = "example.com/a:1", MountPath = "/opt/a" };
}
