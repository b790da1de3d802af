using Foreman.Api;

namespace Foreman.Jobs.Tests.Outcomes;

public sealed class JobRefusalsTests
{
    [Theory]
    [InlineData("pods \"fm-1-1\" is forbidden: exceeded quota: compute, requested: limits.cpu=2, used: limits.cpu=10, limited: limits.cpu=10", "QuotaExceeded")]
    [InlineData("pods \"fm-1-1\" is forbidden: failed quota: compute: must specify limits.cpu for: db", "QuotaExceeded")]
    [InlineData("pods \"fm-1-1\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found", "RuntimeClassNotFound")]
    [InlineData("pods \"fm-1-1\" is forbidden: no PriorityClass with name high was found", "JobCreate")]
    [InlineData("pods \"fm-1-1\" is forbidden: error looking up service account team/coder: serviceaccount \"coder\" not found", "JobCreate")]
    [InlineData("pods \"fm-1-1\" is forbidden: violates PodSecurity \"restricted:latest\": unrestricted capabilities", "JobCreate")]
    [InlineData("admission webhook \"labels.example.com\" denied the request: label team is missing", "JobCreate")]
    [InlineData("jobs.batch is forbidden: User \"system:serviceaccount:a:b\" cannot create resource \"jobs\" in API group \"batch\" in the namespace \"team\"", "JobCreate")]
    public void J5_J12_J36_A_refusal_has_its_reason_and_says_what_to_do(string message, string reason)
    {
        var (told, text) = JobRefusals.Of(message);
        Assert.Equal(reason, told.Value);
        Assert.StartsWith($"{message}; ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_told_as_it_is() => Assert.Equal((FailureReason.JobCreate, "etcd is full"), JobRefusals.Of("etcd is full"));

    [Fact]
    public void A_job_whose_pod_is_refused_fails_with_the_newest_refusal()
    {
        var outcome = Observed.Classify(
            null,
            Observed.Event("FailedCreate", "Error creating: pods \"fm-1-1\" is forbidden: exceeded quota: compute", 5, Observed.JobUid),
            Observed.Event("FailedCreate", "Error creating: admission webhook \"a\" denied the request", 9, Observed.JobUid));
        Assert.Equal((JobState.Failed, FailureReason.QuotaExceeded, AttemptOutcome.Failed), (outcome.State, outcome.Reason!.Value, outcome.Attempt!.Value));
        Assert.False(outcome.MayStillWrite);
    }

    [Theory]
    [InlineData("Internal error occurred: failed calling webhook \"a\": connection refused", 29, false)]
    [InlineData("Internal error occurred: failed calling webhook \"a\": connection refused", 30, true)]
    [InlineData("error looking up service account team/default: serviceaccount \"default\" not found", 29, false)]
    [InlineData("error looking up service account team/default: serviceaccount \"default\" not found", 30, true)]
    public void What_may_pass_when_it_is_tried_again_is_given_time(string message, int secondsAgo, bool fails)
    {
        var outcome = Observed.Classify(null, Observed.Event("FailedCreate", message, secondsAgo, Observed.JobUid), Observed.Event("FailedCreate", message, 1, Observed.JobUid));
        Assert.Equal(fails ? "Failed JobCreate" : "Pending ", $"{outcome.State} {outcome.Reason}");
        Assert.Contains(message, outcome.Message, StringComparison.Ordinal);
        Assert.Equal(fails ? (DateTimeOffset?)null : Given.Now.AddSeconds(1), outcome.LookAgainAt);
    }

    [Fact]
    public void A_refusal_that_has_passed_is_none() => Assert.Equal(
        JobState.Running,
        Observed.Classify(Observed.Pod("Running", Observed.Runs()), Observed.Event("FailedCreate", "exceeded quota", 5, Observed.JobUid)).State);
}
