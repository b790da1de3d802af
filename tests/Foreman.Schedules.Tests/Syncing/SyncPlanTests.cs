using Foreman.Api;

namespace Foreman.Schedules.Tests.Syncing;

/// <summary>What a sync changes.</summary>
public sealed class SyncPlanTests
{
    private static readonly TaskSchedule Stored = Given.Stored(Given.Start, Yaml(Given.Schedule()));

    [Fact]
    public void A_new_schedule_is_created()
    {
        var plan = SyncPlan.Of(ScheduleBook.Empty, [Given.Schedule()]);

        Assert.Equal(ScheduleChangeKind.Created, Assert.Single(plan.Changes).Kind);
        Assert.Equal(ScheduleSource.Yaml, ScheduleSource.Of(Assert.Single(plan.Schedules)));
    }

    [Fact]
    public void The_same_schedules_are_no_change_whatever_is_known_of_their_runs()
    {
        var ran = Stored with { Status = Stored.Status! with { RunCount = 5, LastStatus = ScheduledRunStatus.Completed } };

        var plan = SyncPlan.Of(ScheduleBook.Empty.With(ran), [Given.Schedule()]);

        Assert.Empty(plan.Changes);
        Assert.Empty(plan.Schedules);
    }

    [Fact]
    public void Every_field_that_differs_is_named()
    {
        var wanted = Given.Schedule("30 * * * *", change: s => s with
        {
            TimeZone = "Europe/Berlin",
            Suspend = false,
            ConcurrencyPolicy = ConcurrencyPolicy.Allow,
            StartingDeadlineSeconds = 60,
            SuccessfulHistoryLimit = 1,
            FailedHistoryLimit = 1,
            Notify = new() { Channel = "ops" },
            TaskTemplate = new() { Spec = new() { Kind = TaskKind.Review } },
        });
        wanted = wanted with { Metadata = wanted.Metadata with { Labels = new Dictionary<string, string> { ["team"] = "a" }, Annotations = new Dictionary<string, string> { ["why"] = "b" } } };

        var change = Assert.Single(SyncPlan.Of(ScheduleBook.Empty.With(Stored), [wanted]).Changes);

        Assert.Equal(ScheduleChangeKind.Updated, change.Kind);
        Assert.Equal(
            [
                "metadata.annotations.why", "metadata.labels.team", "spec.concurrencyPolicy", "spec.failedHistoryLimit", "spec.notify", "spec.schedule",
                "spec.startingDeadlineSeconds", "spec.successfulHistoryLimit", "spec.suspend", "spec.taskTemplate", "spec.timeZone",
            ],
            change.Fields.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Dropped_ones_go_and_those_of_models_stay()
    {
        var model = Given.Stored(Given.Start, Given.Schedule(name: "of-a-model"));

        var plan = SyncPlan.Of(ScheduleBook.Empty.With(Stored).With(model), []);

        Assert.Equal((Given.Key, ScheduleChangeKind.Deleted), (Assert.Single(plan.Changes).Schedule, plan.Changes[0].Kind));
    }

    [Fact]
    public void The_same_name_in_another_namespace_is_another_schedule()
    {
        var plan = SyncPlan.Of(ScheduleBook.Empty.With(Stored), [Given.Schedule(), Given.Schedule(ns: "other")]);

        Assert.Equal("other", Assert.Single(plan.Changes).Schedule.Namespace);
    }

    [Fact]
    public void F12_A_declared_name_takes_the_place_of_one_that_a_model_made()
    {
        var model = Given.Stored(Given.Start);

        Assert.Equal(ScheduleChangeKind.TakenOver, Assert.Single(SyncPlan.Of(ScheduleBook.Empty.With(model), [Given.Schedule()]).Changes).Kind);
    }

    private static TaskSchedule Yaml(TaskSchedule schedule) => ScheduleSource.With(schedule, ScheduleSource.Yaml);
}
