using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class PodRulesTests
{
    private static readonly KubeletImage Image = new() { Entrypoint = ["run"], Command = ["by", "default"], User = 5 };

    [Fact]
    public void Command_and_arguments_take_the_place_of_the_images()
    {
        Assert.Equal(["run", "by", "default"], PodRules.Command(new(), Image));
        Assert.Equal(["run", "x"], PodRules.Command(new() { Args = ["x"] }, Image));
        Assert.Equal(["other"], PodRules.Command(new() { Command = ["other"] }, Image));
        Assert.Throws<PodSetupException>(() => PodRules.Command(new(), new()));
    }

    [Fact]
    public void The_container_decides_on_its_user_before_the_pod_and_the_image()
    {
        var pod = new Pod { Spec = new() { SecurityContext = new() { RunAsUser = 1000, RunAsGroup = 1001 } } };

        Assert.Equal((7L, 1001L), PodRules.Identity(pod, new() { SecurityContext = new() { RunAsUser = 7 } }, Image));
        Assert.Equal((1000L, 1001L), PodRules.Identity(pod, new(), Image));
        Assert.Equal((5L, 0L), PodRules.Identity(new(), new(), Image));
        Assert.Throws<PodSetupException>(() => PodRules.Identity(new(), new() { SecurityContext = new() { RunAsNonRoot = true } }, new()));
    }

    [Theory]
    [InlineData("Never", 1, false)]
    [InlineData("OnFailure", 1, true)]
    [InlineData("OnFailure", 0, false)]
    [InlineData("Always", 0, true)]
    public void The_policy_of_the_pod_decides_on_the_next_start(string policy, int exitCode, bool expected)
    {
        Assert.Equal(expected, PodRules.Restarts(policy, new(), exitCode));
        Assert.True(PodRules.Restarts(policy, new() { RestartPolicy = "Always" }, exitCode));
    }
}
