using Foreman.Api;

namespace Foreman.Scheduling.Tests.Scenarios;

/// <summary>Holders that live and never write, that write for ever, that don't obey, and that come back late.</summary>
[Trait("Kind", "1")]
public class HostileHoldersTests
{
    private const int Seeds = 24;

    [Fact]
    public void No_task_stays_running_past_its_limits_and_none_is_taken_back_before()
    {
        var (refused, taken) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var story = new HostileHolders(seed);

            Assert.Empty(story.Run().Select(line => $"seed {seed}: {line}"));
            (refused, taken) = (refused + story.Refused, taken + story.TakenBack);
            Assert.All(story.Tasks, t => Assert.NotNull(t.Status.Phase));
        }

        Assert.True(refused > Seeds && taken > Seeds, $"{refused} writes were refused and {taken} attempts taken back: too few to prove anything");
    }

    [Fact]
    public void Every_task_that_the_operator_ends_says_how()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var story = new HostileHolders(seed);
            story.Run();

            foreach (var task in story.Tasks.Where(t => t.Status.Phase == TaskPhase.Failed))
            {
                var completed = Kubernetes.Conditions.Find(task.Status.Conditions, ConditionTypes.Completed);
                Assert.Equal(("True", task.Status.FailureReason!.Value.Value), (completed?.Status, completed?.Reason));
                Assert.NotEmpty(completed!.Message);
            }
        }
    }
}
