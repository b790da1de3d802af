using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs.Tests.Outcomes;

public sealed class JobClassifierTests
{
    [Fact]
    public void U18_A_job_without_a_pod_is_pending() => Assert.Equal((JobState.Pending, null), State(Observed.Classify(null)));

    [Fact]
    public void U19_A_pod_that_runs_is_running()
    {
        var outcome = Observed.Classify(Observed.Pod("Running", Observed.Runs()));
        Assert.Equal((JobState.Running, "fm-1-1-abcde", "node-1", true), (outcome.State, outcome.Pod, outcome.Node, outcome.MayStillWrite));
        Assert.Equal(Given.Now.AddSeconds(-50), outcome.StartedAt);
        Assert.Null(outcome.Attempt);
    }

    [Fact]
    public void U20_Exit_code_0_is_success_with_its_times()
    {
        var outcome = Observed.Classify(Observed.Pod("Succeeded", Observed.Ended("task", 0, "Completed")));
        Assert.Equal((JobState.Succeeded, 0, AttemptOutcome.Succeeded, false), (outcome.State, outcome.ExitCode!.Value, outcome.Attempt!.Value, outcome.MayStillWrite));
        Assert.Equal((Given.Now.AddSeconds(-50), Given.Now.AddSeconds(-10)), (outcome.StartedAt!.Value, outcome.FinishedAt!.Value));
    }

    [Fact]
    public void U20_A_job_whose_pod_was_collected_tells_of_its_success() =>
        Assert.Equal((JobState.Succeeded, null), State(Observed.Classify(Observed.Job("Complete"), null)));

    [Theory]
    [InlineData(3, null, 3)]
    [InlineData(1, null, 1)]
    [InlineData(0, 9, 137)]
    public void U21_O21_Another_exit_code_is_a_failure_with_that_code(int code, int? signal, int told)
    {
        var outcome = Observed.Classify(Observed.Pod("Failed", Observed.Ended("task", code, signal: signal, message: "last words")));
        Assert.Equal((JobState.Failed, FailureReason.ContainerExit, told, "task", AttemptOutcome.Failed), (outcome.State, outcome.Reason!.Value, outcome.ExitCode!.Value, outcome.Container, outcome.Attempt!.Value));
        Assert.Equal($"ContainerExit: pod team/fm-1-1-abcde: container task ended with exit code {told}; it said last: last words", outcome.Message);
    }

    [Fact]
    public void O21_A_request_to_stop_is_told_with_guidance()
    {
        var outcome = Observed.Classify(Observed.Pod("Failed", Observed.Ended("task", 143)));
        Assert.Equal((FailureReason.ContainerExit, 143), (outcome.Reason!.Value, outcome.ExitCode!.Value));
        Assert.Contains("SIGTERM", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void O21_A_container_without_enough_memory_has_its_own_reason()
    {
        var outcome = Observed.Classify(Observed.Pod("Failed", Observed.Ended("task", 137, "OOMKilled")));
        Assert.Equal((FailureReason.ContainerOOM, 137), (outcome.Reason!.Value, outcome.ExitCode!.Value));
    }

    [Fact]
    public void O8_A_failed_setup_has_its_own_reason_and_its_code()
    {
        var outcome = Observed.Classify(Observed.Pod("Failed", Observed.Ended("setup", 4), Observed.Waits("PodInitializing")));
        Assert.Equal((FailureReason.InitContainer, 4, "setup"), (outcome.Reason!.Value, outcome.ExitCode!.Value, outcome.Container));
    }

    [Fact]
    public void O23_A_native_sidecar_that_ends_after_success_does_not_count()
    {
        Assert.Equal(JobState.Succeeded, Observed.Classify(WithSidecar("Succeeded", Observed.Ended("task", 0))).State);
        Assert.Equal(JobState.Succeeded, Observed.Classify(WithSidecar("Running", Observed.Ended("task", 0))).State);
        Assert.Equal(JobState.Running, Observed.Classify(WithSidecar("Running", Observed.Runs())).State);
        Assert.Equal(FailureReason.ContainerExit, Observed.Classify(WithSidecar("Failed", Observed.Ended("task", 5))).Reason);
    }

    [Fact]
    public void O23_The_image_of_a_native_sidecar_must_be_there()
    {
        var pod = Observed.Pod("Pending", Observed.Waits("ImagePullBackOff", name: "runner"), Observed.Waits("PodInitializing"));
        pod.Spec.InitContainers = [new() { Name = "runner", RestartPolicy = "Always" }];
        pod.Metadata.CreationTimestamp = Observed.Ago(600);
        pod.Status.Conditions[0].LastTransitionTime = Observed.Ago(301);
        Assert.Equal((JobState.Failed, FailureReason.ImagePull), State(Observed.Classify(pod)));
    }

    [Fact]
    public void A_native_sidecar_that_still_reports_may_still_write()
    {
        var pod = Observed.Pod("Running", Observed.Runs("runner"), Observed.Ended("task", 0));
        pod.Spec.InitContainers = [new() { Name = "runner", RestartPolicy = "Always" }];
        var outcome = Observed.Classify(pod);
        Assert.Equal((JobState.Succeeded, true), (outcome.State, outcome.MayStillWrite));
    }

    [Fact]
    public void A_second_container_that_runs_keeps_the_task_from_its_end() =>
        Assert.Equal(JobState.Running, Observed.Classify(Observed.Pod("Running", Observed.Ended("task", 0), Observed.Runs("db"))).State);

    [Theory]
    [InlineData("Evicted", "The node was low on resource: memory.", null, "Evicted", "Preempted")]
    [InlineData(null, null, "EvictionByEvictionAPI", "Evicted", "Preempted")]
    [InlineData(null, "Pod was evicted", null, "Evicted", "Preempted")]
    [InlineData("Evicted", "Usage of EmptyDir volume \"workspace\" exceeds the limit \"10Gi\".", null, "Evicted", "Failed")]
    [InlineData("Evicted", "Container task exceeded its local ephemeral storage limit \"20Gi\".", "TerminationByKubelet", "Evicted", "Failed")]
    [InlineData(null, null, "PreemptionByScheduler", "Preempted", "Preempted")]
    [InlineData("Preempting", "Preempted in order to admit critical pod", "TerminationByKubelet", "Preempted", "Preempted")]
    [InlineData(null, null, "DeletionByTaintManager", "NodeLost", "Lost")]
    [InlineData(null, null, "DeletionByPodGC", "NodeLost", "Lost")]
    [InlineData("NodeLost", null, null, "NodeLost", "Lost")]
    [InlineData("Terminated", "Pod was terminated in response to imminent node shutdown.", "TerminationByKubelet", "NodeLost", "Lost")]
    [InlineData("DeadlineExceeded", "Pod was active on the node longer than the specified deadline", null, "Timeout", "Failed")]
    public void J25_O22_Disruptions_are_told_apart(string? reason, string? message, string? disruption, string told, string attempt)
    {
        var outcome = Observed.Classify(Observed.Failed(reason, message, disruption));
        Assert.Equal((told, attempt), (outcome.Reason!.Value.Value, outcome.Attempt!.Value.Value));
        Assert.False(outcome.MayStillWrite);
    }

    [Fact]
    public void A_disruption_that_has_only_been_announced_is_no_end()
    {
        var pod = Observed.Failed(null, disruption: "PreemptionByScheduler");
        pod.Status.Phase = "Running";
        pod.Status.ContainerStatuses = [Observed.Runs()];
        Assert.Equal(JobState.Running, Observed.Classify(pod).State);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void J25_A_node_that_does_not_confirm_the_end_of_a_pod_is_lost_and_the_pod_may_still_write(int secondsAfter, bool isLost)
    {
        var pod = Observed.Pod("Running", Observed.Runs());
        pod.Metadata.DeletionTimestamp = Observed.Ago(secondsAfter);
        var outcome = Observed.Classify(pod);
        Assert.Equal(isLost ? JobState.Failed : JobState.Running, outcome.State);
        Assert.Equal(isLost ? "NodeLost" : null, outcome.Reason?.Value);
        Assert.True(outcome.MayStillWrite);
        Assert.Equal(isLost ? (DateTimeOffset?)null : Given.Now.AddSeconds(1), outcome.LookAgainAt);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("BackoffLimitExceeded")]
    public void A_pod_that_is_gone_is_told(string? reason)
    {
        var outcome = reason is null ? Observed.Classify(job: null, pod: null) : Observed.Classify(Observed.Job("Failed", reason, "Job has reached the specified backoff limit"), null);
        Assert.Equal((JobState.Failed, FailureReason.InfrastructureError), State(outcome));
        Assert.Contains("deleted", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void O22_The_deadline_of_the_job_is_a_timeout()
    {
        var job = Observed.Job("Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
        Assert.Equal((JobState.Failed, FailureReason.Timeout), State(Observed.Classify(job, null)));
        var outcome = Observed.Classify(job, Observed.Pod("Failed", Observed.Ended("task", 143)));
        Assert.Equal((FailureReason.Timeout, 143), (outcome.Reason!.Value, outcome.ExitCode!.Value));
        Assert.Equal(FailureReason.ContainerExit, Observed.Classify(job, Observed.Pod("Failed", Observed.Ended("task", 3))).Reason);
    }

    [Fact]
    public void O22_While_a_pod_is_being_stopped_for_the_deadline_the_task_has_not_ended() => Assert.Equal(
        JobState.Running, Observed.Classify(Observed.Job("FailureTarget", "DeadlineExceeded"), Observed.Pod("Running", Observed.Runs())).State);

    [Fact]
    public void O22_Once_the_job_has_failed_for_the_deadline_what_it_was_about_to_do_does_not_count()
    {
        var job = Observed.Job("FailureTarget", "DeadlineExceeded");
        job.Status.Conditions.Add(new() { Type = "Failed", Status = "True", Reason = "DeadlineExceeded" });
        Assert.Equal((JobState.Failed, FailureReason.Timeout), State(Observed.Classify(job, Observed.Pod("Running", Observed.Runs()))));
    }

    [Fact]
    public void An_image_without_a_shell_is_told()
    {
        var outcome = Observed.Classify(Observed.Pod("Failed", Observed.Ended("task", 128, "StartError", "exec: \"/bin/sh\": stat /bin/sh: no such file or directory")));
        Assert.Equal((FailureReason.InvalidImage, "task"), (outcome.Reason!.Value, outcome.Container));
        Assert.Equal(FailureReason.ContainerCreate, Observed.Classify(Observed.Pod("Failed", Observed.Ended("task", 128, "StartError", "exec: \"coder\": executable file not found"))).Reason);
    }

    [Fact]
    public void A_failure_that_nothing_explains_is_one_of_the_infrastructure()
    {
        Assert.Equal(FailureReason.InfrastructureError, Observed.Classify(Unexplained("OutOfcpu", "Node didn't have enough resource")).Reason);
        Assert.Equal(FailureReason.VolumeMount, Observed.Classify(Unexplained(null, null), Observed.Event("FailedMount", "MountVolume.SetUp failed for volume \"data\"", 5)).Reason);
    }

    [Fact]
    public void Of_several_pods_the_one_that_is_alive_counts()
    {
        var old = Observed.Failed("Evicted");
        old.Metadata.DeletionTimestamp = Observed.Ago(30);
        var observation = Observed.Of(old) with { Pods = [old, Observed.Pod("Running", Observed.Runs())] };
        Assert.Equal(JobState.Running, JobClassifier.Classify(observation).State);
    }

    [Fact]
    public void O35_Every_reason_is_of_the_closed_list()
    {
        V1Pod[] pods =
        [
            Observed.Failed("Evicted"), Observed.Failed("Preempting"), Observed.Failed("NodeLost"), Observed.Failed("DeadlineExceeded"), Unexplained("Strange", null),
            Observed.Pod("Failed", Observed.Ended("setup", 1)), Observed.Pod("Failed", Observed.Ended("task", 1)), Observed.Pod("Failed", Observed.Ended("task", 137, "OOMKilled")),
            Observed.Pod("Pending", Observed.Waits("InvalidImageName")),
        ];
        Assert.All(pods, p => Assert.Contains(Observed.Classify(p).Reason!.Value, FailureReason.Known));
    }

    private static V1Pod WithSidecar(string phase, V1ContainerStatus task)
    {
        var pod = Observed.Pod(phase, Observed.Ended("runner", 143), task);
        pod.Spec.InitContainers = [new() { Name = "runner", RestartPolicy = "Always" }];
        return pod;
    }

    private static V1Pod Unexplained(string? reason, string? message)
    {
        var pod = Observed.Pod("Failed");
        pod.Status.Reason = reason;
        pod.Status.Message = message;
        return pod;
    }

    private static (JobState State, FailureReason? Reason) State(JobOutcome outcome) => (outcome.State, outcome.Reason);
}
