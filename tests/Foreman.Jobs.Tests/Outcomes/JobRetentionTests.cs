namespace Foreman.Jobs.Tests.Outcomes;

public sealed class JobRetentionTests
{
    [Theory]
    [InlineData(true, true, JobState.Succeeded, true)]
    [InlineData(true, true, JobState.Failed, false)]
    [InlineData(true, false, JobState.Failed, true)]
    [InlineData(false, true, JobState.Succeeded, false)]
    [InlineData(false, false, JobState.Failed, false)]
    [InlineData(true, false, JobState.Running, false)]
    public void O28_O29_Ended_jobs_are_deleted_or_kept_as_configured(bool cleanup, bool preserves, JobState state, bool deletes) =>
        Assert.Equal(deletes, JobRetention.DeletesAtOnce(JobsConfig.Default with { Cleanup = cleanup, PreserveFailedJobs = preserves }, state));
}
