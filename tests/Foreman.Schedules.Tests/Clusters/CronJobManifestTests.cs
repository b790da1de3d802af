using Foreman.Api;

namespace Foreman.Schedules.Tests.Clusters;

public sealed class CronJobManifestTests
{
    private static readonly CronJobSettings Settings = new() { Owner = "foreman-system", Image = "example.com/foreman-agent:1" };

    [Theory]
    [InlineData("*/20 * * * *", "0,20,40 * * * *")]
    [InlineData("0 6 * * 7", "0 6 * * 0")]
    [InlineData("0 6 1 JAN,JUL MON", "0 6 1 1,7 1")]
    [InlineData("@weekly", "0 0 * * 0")]
    [InlineData("@every 1h30m", "@every 90m")]
    public void Times_are_written_as_numbers(string schedule, string written) =>
        Assert.Equal(written, (string?)CronJobManifest.Of(Given.Schedule(schedule), Given.Expression(schedule), Settings)["spec"]!["schedule"]);

    [Theory]
    [InlineData(null, 315_360_000L)]
    [InlineData(0L, 60L)]
    [InlineData(900L, 900L)]
    public void A_deadline_is_never_shorter_than_Kubernetes_looks(long? deadline, long written)
    {
        var schedule = Given.Schedule(change: s => s with { StartingDeadlineSeconds = deadline });

        Assert.Equal(written, (long)CronJobManifest.Of(schedule, Given.Expression("0 * * * *"), Settings)["spec"]!["startingDeadlineSeconds"]!);
    }

    [Fact]
    public void F24_The_name_has_at_most_52_characters_and_is_another_for_another_owner()
    {
        var schedule = Given.Schedule(name: new string('a', 40));
        var (ours, theirs) = (NameOf(schedule, Settings), NameOf(schedule, Settings with { Owner = "elsewhere" }));

        Assert.True(ours.Length <= 52);
        Assert.Equal(ours, NameOf(schedule, Settings));
        Assert.NotEqual(ours, theirs);
    }

    [Fact]
    public void F34_Nothing_of_what_a_run_is_asked_stands_in_the_CronJob()
    {
        var schedule = Given.Schedule(change: s => s with { TaskTemplate = new() { Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "secret words" } } } });

        Assert.DoesNotContain("secret words", CronJobManifest.Of(schedule, Given.Expression("0 * * * *"), Settings).ToJsonString(), StringComparison.Ordinal);
    }

    private static string NameOf(TaskSchedule schedule, CronJobSettings settings) =>
        (string)CronJobManifest.Of(schedule, Given.Expression("0 * * * *"), settings)["metadata"]!["name"]!;
}
