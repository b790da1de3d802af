using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs.Tests.Outcomes;

public sealed class PodWaitsTests
{
    private const string PullFailed = "Failed to pull image \"example.com/coder:2\": not found";

    [Theory]
    [InlineData(299, false)]
    [InlineData(300, true)]
    public void O18_O19_An_image_has_time_to_come(int secondsAgo, bool fails)
    {
        var outcome = Observed.Classify(Pending(Observed.Waits("ImagePullBackOff", "Back-off pulling image")), Observed.Event("Failed", PullFailed, secondsAgo), Observed.Event("BackOff", PullFailed, 3));
        Assert.Equal(fails ? "Failed ImagePull" : "Pending ", $"{outcome.State} {outcome.Reason}");
        Assert.Contains("ImagePullBackOff", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(fails ? (DateTimeOffset?)null : Given.Now.AddSeconds(1), outcome.LookAgainAt);
    }

    [Fact]
    public void O19_An_image_that_came_at_last_is_no_failure() =>
        Assert.Equal(JobState.Running, Observed.Classify(Observed.Pod("Running", Observed.Runs()), Observed.Event("Failed", PullFailed, 4000)).State);

    [Fact]
    public void O19_The_failure_of_another_image_does_not_shorten_the_time() => Assert.Equal(
        Given.Now.AddSeconds(300 - 60),
        Observed.Classify(Pending(Observed.Waits("ErrImagePull")), Observed.Event("Failed", "Failed to pull image \"example.com/other:1\"", 299)).LookAgainAt);

    [Theory]
    [InlineData("InvalidImageName", "InvalidImage")]
    [InlineData("ErrImageNeverPull", "ImagePull")]
    public void O18_What_never_passes_fails_at_once(string waiting, string reason)
    {
        var outcome = Observed.Classify(Pending(Observed.Waits(waiting, "no such thing")));
        Assert.Equal((JobState.Failed, reason, "task", AttemptOutcome.Failed), (outcome.State, outcome.Reason!.Value.Value, outcome.Container, outcome.Attempt!.Value));
        Assert.True(outcome.MayStillWrite);
    }

    [Theory]
    [InlineData("secret \"keys\" not found")]
    [InlineData("couldn't find key api in Secret team/keys")]
    public void J18_A_missing_secret_is_named_at_once(string message)
    {
        var outcome = Observed.Classify(Pending(Observed.Waits("CreateContainerConfigError", message)));
        Assert.Equal(FailureReason.SecretNotFound, outcome.Reason);
        Assert.Contains("keys", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void J18_A_missing_secret_in_a_volume_is_named_at_once() => Assert.Equal(
        FailureReason.SecretNotFound,
        Observed.Classify(Pending(Observed.Waits("ContainerCreating")), Observed.Event("FailedMount", "MountVolume.SetUp failed for volume \"v\" : secret \"keys\" not found", 1)).Reason);

    [Theory]
    [InlineData("task", 29, null)]
    [InlineData("task", 30, "ContainerCreate")]
    [InlineData("setup", 30, "InitContainer")]
    public void A_container_has_time_to_be_made(string container, int secondsAgo, string? reason)
    {
        var outcome = Observed.Classify(Pending(Observed.Waits("CreateContainerError", "context deadline exceeded", container)), Observed.Event("Failed", "Error: context deadline exceeded", secondsAgo));
        Assert.Equal(reason, outcome.Reason?.Value);
    }

    [Theory]
    [InlineData(29, 30, false)]
    [InlineData(30, 30, true)]
    [InlineData(86400, 0, false)]
    [InlineData(86400, 86401, false)]
    public void O20_A_pod_waits_for_a_node_up_to_the_limit(int seconds, int limit, bool fails)
    {
        var observation = Observed.Of(Unschedulable(seconds)) with { Limits = new() { UnschedulableSeconds = limit } };
        var outcome = JobClassifier.Classify(observation);
        Assert.Equal(fails ? "Failed Unschedulable" : "Pending ", $"{outcome.State} {outcome.Reason}");
        Assert.Contains("0/3 nodes are available", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void O20_The_wait_is_counted_from_its_condition_and_looked_at_when_it_is_over()
    {
        Assert.Equal(Given.Now.AddSeconds(10), Observed.Classify(Unschedulable(20)).LookAgainAt);
        Assert.Null(JobClassifier.Classify(Observed.Of(Unschedulable(20)) with { Limits = new() { UnschedulableSeconds = 0 } }).LookAgainAt);
    }

    [Theory]
    [InlineData(119, false)]
    [InlineData(120, true)]
    public void O19_O22_A_volume_has_time_to_be_mounted(int secondsAgo, bool fails)
    {
        var outcome = Observed.Classify(Pending(Observed.Waits("ContainerCreating")), Observed.Event("FailedMount", "MountVolume.SetUp failed for volume \"data\"", secondsAgo));
        Assert.Equal(fails ? "Failed VolumeMount" : "Pending ", $"{outcome.State} {outcome.Reason}");
    }

    [Fact]
    public void O19_A_volume_that_was_mounted_at_last_is_no_failure() => Assert.Equal(
        JobState.Running, Observed.Classify(Observed.Pod("Running", Observed.Runs()), Observed.Event("FailedMount", "MountVolume.SetUp failed for volume \"data\"", 4000)).State);

    [Fact]
    public void O19_A_volume_that_was_mounted_before_a_long_pull_is_no_failure() => Assert.Equal(
        JobState.Pending,
        Observed.Classify(Pending(Observed.Waits("ContainerCreating")), Observed.Event("FailedMount", "MountVolume.SetUp failed for volume \"data\"", 400), Observed.Event("Pulling", "Pulling image \"example.com/coder:2\"", 390)).State);

    [Fact]
    public void J12_A_runtime_that_came_at_last_is_no_failure() => Assert.Equal(
        JobState.Running,
        Observed.Classify(Observed.Pod("Running", Observed.Runs()), Observed.Event("FailedCreatePodSandBox", "no runtime for \"runsc\" is configured", 40)).State);

    [Fact]
    public void A_container_that_claims_and_fails_again_and_again_is_told()
    {
        var outcome = Observed.Classify(Pending(Observed.Waits("CrashLoopBackOff", "back-off 10s restarting failed container", "runner")));
        Assert.Equal(JobState.Pending, outcome.State);
        Assert.Equal("container runner: CrashLoopBackOff: back-off 10s restarting failed container", outcome.Message);
    }

    [Fact]
    public void A_pod_that_is_being_deleted_while_it_waits_is_looked_at_when_either_is_over()
    {
        var pod = Pending(Observed.Waits("ImagePullBackOff"));
        pod.Metadata.DeletionTimestamp = Observed.Ago(20);
        Assert.Equal(Given.Now.AddSeconds(40), Observed.Classify(pod).LookAgainAt);
    }

    [Fact]
    public void J12_A_node_without_the_runtime_is_told_at_once() => Assert.Equal(
        FailureReason.RuntimeClassNotFound,
        Observed.Classify(Pending(Observed.Waits("ContainerCreating")), Observed.Event("FailedCreatePodSandBox", "no runtime for \"runsc\" is configured", 1)).Reason);

    [Fact]
    public void Events_about_others_say_nothing() => Assert.Equal(
        JobState.Pending, Observed.Classify(Pending(Observed.Waits("ContainerCreating")), Observed.Event("FailedMount", "MountVolume.SetUp failed", 4000, about: "another")).State);

    private static V1Pod Pending(V1ContainerStatus container) => Observed.Pod("Pending", container);

    private static V1Pod Unschedulable(int seconds)
    {
        var pod = Observed.Pod("Pending");
        pod.Spec.NodeName = null;
        pod.Metadata.CreationTimestamp = Observed.Ago(seconds + 1000);
        pod.Status.Conditions = [new() { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/3 nodes are available", LastTransitionTime = Observed.Ago(seconds) }];
        return pod;
    }
}
