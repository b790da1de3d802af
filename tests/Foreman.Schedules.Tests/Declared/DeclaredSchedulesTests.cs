using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Schedules.Tests.Declared;

/// <summary>Schedules that are declared in a file.</summary>
public sealed class DeclaredSchedulesTests
{
    private const string Good = """
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: TaskSchedule
        metadata:
          name: nightly
          labels: {team: a}
        spec:
          schedule: "0 3 * * *"
          timeZone: Europe/Berlin
          startingDeadlineSeconds: 600
          taskTemplate:
            spec:
              kind: freeform
              payload: {prompt: Look at the logs.}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: TaskScheduleList
        items:
        - apiVersion: foreman.llmkube.dev/v1alpha1
          kind: TaskSchedule
          metadata: {name: weekly, namespace: other}
          spec:
            schedule: "@weekly"
            workloadTemplate: {spec: {intent: Tidy up.}}
        """;

    [Fact]
    public void Documents_and_lists_are_read()
    {
        var reading = DeclaredSchedules.Read(Good, "team");

        Assert.Empty(reading.Faults);
        Assert.Equal([new ObjectKey("team", "nightly"), new ObjectKey("other", "weekly")], reading.Schedules.Select(s => ObjectKey.Of(s)));
        Assert.All(reading.Schedules, s => Assert.Equal(ScheduleSource.Yaml, ScheduleSource.Of(s)));
        Assert.Equal("a", reading.Schedules[0].GetLabel("team"));
        Assert.Equal(600, reading.Schedules[0].Spec.StartingDeadlineSeconds);
        Assert.Equal("Look at the logs.", reading.Schedules[0].Spec.TaskTemplate!.Spec.Payload.Prompt);
        Assert.Equal("Tidy up.", reading.Schedules[1].Spec.WorkloadTemplate!.Spec.Intent);
    }

    [Fact]
    public void An_empty_file_declares_nothing()
    {
        var reading = DeclaredSchedules.Read("", "team");

        Assert.Empty(reading.Faults);
        Assert.Empty(reading.Schedules);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var reading = DeclaredSchedules.Read(
            """
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: TaskSchedule
            metadata: {name: Nightly, uid: x}
            spec:
              schedule: "61 * * * *"
              timezone: UTC
              suspend: perhaps
              startingDeadlineSeconds: soon
              taskTemplate: {spec: {kind: freeform, payload: {promt: Look.}}}
            status: {}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: other}
            ---
            apiVersion: foreman.llmkube.dev/v1alpha1
            kind: TaskSchedule
            metadata: {name: both}
            spec: {schedule: "@daily", workloadTemplate: {spec: {intent: a}}, taskTemplate: {spec: {kind: review}}}
            """,
            "team");

        string[] wanted =
        [
            "document 1 (Nightly): metadata.uid: ", "document 1 (Nightly): status: ", "document 1 (Nightly): spec.timezone: ", "document 1 (Nightly): spec.suspend: ",
            "document 1 (Nightly): spec.startingDeadlineSeconds: ", "document 1 (Nightly): spec.taskTemplate.spec.payload.promt: ", "document 2 (other): ",
            "schedule team/Nightly: metadata.name: ", "schedule team/Nightly: spec.schedule: minute: ", "schedule team/both: spec: ",
        ];
        Assert.Empty(reading.Schedules);
        Assert.All(wanted, w => Assert.Single(reading.Faults, f => f.StartsWith(w, StringComparison.Ordinal)));
        Assert.Equal(wanted.Length, reading.Faults.Count);
    }

    [Theory]
    [InlineData("a: [", "no YAML")]
    [InlineData("- a", "no YAML")]
    [InlineData("a: 1\na: 2", "no YAML")]
    [InlineData("apiVersion: foreman.llmkube.dev/v1alpha1\nkind: TaskSchedule\nmetadata: 5", "metadata")]
    [InlineData("apiVersion: foreman.llmkube.dev/v1alpha1\nkind: TaskSchedule\nmetadata: {name: a}\nspec: 5", "spec")]
    [InlineData("kind: List\nitems: [5]", "document 1: it is no object")]
    [InlineData("kind: TaskScheduleList\nitems: [~]", "document 1: it is no object")]
    public void What_is_no_file_of_schedules_is_refused(string text, string why)
    {
        var reading = DeclaredSchedules.Read(text, "team");

        Assert.Empty(reading.Schedules);
        Assert.Contains(reading.Faults, f => f.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_is_declared_twice_and_the_source_of_models_are_refused()
    {
        var one = """{"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"TaskSchedule","metadata":{"name":"a"},"spec":{"schedule":"@daily","taskTemplate":{"spec":{"kind":"review"}}}}""";
        var model = one.Replace("\"name\":\"a\"", "\"name\":\"b\",\"labels\":{\"foreman.llmkube.dev/schedule-source\":\"llm\"}", StringComparison.Ordinal);

        var faults = DeclaredSchedules.Read($"{one}\n---\n{one}\n---\n{model}", "team").Faults;

        Assert.Equal(2, faults.Count);
        Assert.Contains(faults, f => f.Contains("team/a: it is declared 2 times", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("team/b: metadata.labels", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_is_loaded_or_refused_with_its_name_on_each_line()
    {
        using var folder = new TempFolder();

        Assert.Equal(2, DeclaredSchedules.Load(folder.Write("good.yaml", Good), "team").Count);
        var bad = folder.Write("bad.yaml", Good.Replace("0 3 * * *", "0 3 * *", StringComparison.Ordinal).Replace("@weekly", "@never", StringComparison.Ordinal));
        var refusal = Assert.Throws<ScheduleException>(() => DeclaredSchedules.Load(bad, "team"));
        Assert.Equal(2, refusal.Message.Split('\n').Count(l => l.StartsWith(bad, StringComparison.Ordinal)));
        Assert.Throws<ScheduleException>(() => DeclaredSchedules.Load(folder["none.yaml"], "team"));
    }
}
