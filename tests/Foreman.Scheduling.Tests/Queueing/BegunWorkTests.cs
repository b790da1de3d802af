using Foreman.Api;

namespace Foreman.Scheduling.Tests.Queueing;

public class BegunWorkTests
{
    private static readonly AgenticTask Code = OfWorkload("code").Assigned("a").Ended(TaskPhase.Succeeded, Verdict.Go);

    [Fact]
    public void What_follows_a_task_that_has_run_goes_on_with_it()
    {
        var review = OfWorkload("review").With(s => s with { DependsOn = ["code"] });

        Assert.True(Continues(review, Code));
        Assert.False(Continues(review, OfWorkload("code")));
        Assert.False(Continues(review, OfWorkload("code").Assigned("a").Claimed()));
        Assert.False(Continues(review with { Metadata = review.Metadata with { Labels = null } }, Code));
        Assert.False(Continues(OfWorkload("first")));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, false)]
    public void What_follows_under_a_condition_says_so_by_its_annotation_once_it_is_released(bool? suspend, bool continues)
    {
        var mend = OfWorkload("mend").With(s => s with { Suspend = suspend });
        mend = mend with { Metadata = mend.Metadata with { Annotations = new Dictionary<string, string> { [Labels.Follows] = "code" } } };

        Assert.Equal(continues, Continues(mend));
    }

    private static bool Continues(AgenticTask task, params AgenticTask[] others) => BegunWork.IsContinuedBy(task, new TaskIndex([task, .. others], new HashSet<string>()));

    private static AgenticTask OfWorkload(string name)
    {
        var task = Given.Task(name);
        return task with { Metadata = task.Metadata with { Labels = new Dictionary<string, string> { [Labels.Workload] = "w" } } };
    }
}
