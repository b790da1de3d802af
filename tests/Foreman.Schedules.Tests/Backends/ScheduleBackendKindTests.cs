namespace Foreman.Schedules.Tests.Backends;

/// <summary>Which backend is chosen.</summary>
public sealed class ScheduleBackendKindTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("auto")]
    public void F1_F2_The_identity_of_a_pod_decides(string? word)
    {
        Assert.Equal(ScheduleBackendKind.File, ScheduleBackendChoice.Of(word, null, hasIdentity: false));
        Assert.Equal(ScheduleBackendKind.Kubernetes, ScheduleBackendChoice.Of(word, "", hasIdentity: true));
    }

    [Theory]
    [InlineData("true", ScheduleBackendKind.Kubernetes)]
    [InlineData("1", ScheduleBackendKind.Kubernetes)]
    [InlineData("false", ScheduleBackendKind.File)]
    [InlineData("0", ScheduleBackendKind.File)]
    [InlineData("yes", ScheduleBackendKind.File)]
    public void The_variable_decides_before_the_identity(string variable, ScheduleBackendKind expected)
    {
        Assert.Equal(expected, ScheduleBackendChoice.Of("auto", variable, hasIdentity: false));
        Assert.Equal(expected, ScheduleBackendChoice.Of("auto", variable, hasIdentity: true));
    }

    [Fact]
    public void A_file_can_be_asked_for_anywhere() => Assert.Equal(ScheduleBackendKind.File, ScheduleBackendChoice.Of("file", "true", hasIdentity: true));

    [Fact]
    public void F3_Kubernetes_outside_a_cluster_is_refused_and_the_override_named()
    {
        var refusal = Assert.Throws<ScheduleException>(() => ScheduleBackendChoice.Of("kubernetes", null, hasIdentity: false));

        Assert.Contains("FOREMAN_IN_CLUSTER=true", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ScheduleBackendKind.Kubernetes, ScheduleBackendChoice.Of("kubernetes", "true", hasIdentity: false));
    }

    [Fact]
    public void F4_An_unknown_backend_is_refused_with_those_there_are()
    {
        var refusal = Assert.Throws<ScheduleException>(() => ScheduleBackendChoice.Of("etcd", null, hasIdentity: true));

        Assert.Contains("auto, file and kubernetes", refusal.Message, StringComparison.Ordinal);
    }
}
