using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Schedules.Tests.Fires;

/// <summary>The objects that schedules create.</summary>
public sealed class ScheduledFireTests
{
    [Fact]
    public void A_task_has_the_template_and_says_where_it_comes_from()
    {
        var schedule = Given.Schedule(change: s => s with
        {
            TaskTemplate = s.TaskTemplate! with { Metadata = new() { Labels = new Dictionary<string, string> { ["team"] = "a" }, Annotations = new Dictionary<string, string> { ["why"] = "b" } } },
        });

        var fire = ScheduledFire.Of(schedule, Given.Start);

        Assert.Null(fire.Workload);
        Assert.Equal(ScheduleNames.Object("nightly", Given.Start), fire.Task!.Name());
        Assert.Equal("team", fire.Task!.Namespace());
        Assert.Same(schedule.Spec.TaskTemplate!.Spec, fire.Task!.Spec);
        Assert.Equal("a", fire.Task!.GetLabel("team"));
        Assert.Equal("b", fire.Task!.GetAnnotation("why"));
        Assert.Equal("nightly", fire.Task!.GetLabel(Labels.Schedule));
        Assert.Equal("2028-02-28T10:00:00Z", fire.Task!.GetAnnotation(Labels.ScheduledAt));
        Assert.Equal(ScheduleNames.Correlation(Given.Key, Given.Start), fire.Task!.GetAnnotation(Labels.CorrelationId));
    }

    [Fact]
    public void A_workload_too()
    {
        var schedule = Given.Schedule(change: s => s with { TaskTemplate = null, WorkloadTemplate = new() { Spec = new() { Intent = "Tidy up." } } });

        var fire = ScheduledFire.Of(schedule, Given.Start);

        Assert.Null(fire.Task);
        Assert.Equal(fire.Name, fire.Workload!.Name());
        Assert.Equal("Tidy up.", fire.Workload!.Spec.Intent);
        Assert.Equal("nightly", fire.Workload!.GetLabel(Labels.Schedule));
    }
}
