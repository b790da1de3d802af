using Foreman.Api;

namespace Foreman.Jobs.Tests.Naming;

public sealed class JobIdentityTests
{
    [Fact]
    public void J9_A_job_of_the_same_attempt_is_taken_for_the_answer_that_was_lost() =>
        Assert.True(JobIdentity.IsOf(Given.Job(Given.Run()), Given.Uid, 3));

    [Fact]
    public void J16_A_job_of_another_attempt_or_task_is_never_taken()
    {
        Assert.False(JobIdentity.IsOf(Given.Job(Given.Run()), Given.Uid, 4));
        Assert.False(JobIdentity.IsOf(Given.Job(Given.Run()), "0A1b2c3d-4e00-0000-0000-000000000000", 3));
        Assert.False(JobIdentity.IsOf(Given.Job(Given.Run()), "", 3));
        Assert.False(JobIdentity.IsOf(new(), Given.Uid, 3));
        var foreign = Given.Job(Given.Run());
        foreign.Metadata.OwnerReferences = null;
        Assert.False(JobIdentity.IsOf(foreign, Given.Uid, 3));
    }

    [Fact]
    public void O4_A_selector_names_the_uid_and_the_attempt()
    {
        Assert.Equal($"foreman.llmkube.dev/task-uid={Given.Uid},foreman.llmkube.dev/attempt=3", JobIdentity.Selector(Given.Uid, 3));
        var pod = Given.Job(Given.Run()).Spec.Template.Metadata;
        Assert.Equal((Given.Uid, "3"), (pod.Labels[Labels.TaskUid], pod.Labels[Labels.Attempt]));
    }

    [Fact]
    public void J28_The_attempt_of_a_job_is_read_from_its_label()
    {
        var job = Given.Job(Given.Run());
        Assert.Equal(3, JobIdentity.AttemptOf(job));
        job.Metadata.Labels[Labels.Attempt] = "x";
        Assert.Null(JobIdentity.AttemptOf(job));
    }
}
