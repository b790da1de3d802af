using System.Text.Json;

namespace Foreman.Api.Tests.TaskSchedules;

public sealed class TaskScheduleTests
{
    [Fact]
    public void What_a_newer_peer_wrote_is_read_and_written_back()
    {
        const string json = """{"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"TaskSchedule","metadata":{"name":"a"},"spec":{"schedule":"@daily","concurrencyPolicy":"Sometimes"},"status":{"lastStatus":"Dreaming","runCount":7}}""";

        var schedule = JsonSerializer.Deserialize(json, TaskSchedule.TypeInfo)!;

        Assert.Equal("Sometimes", schedule.Spec.ConcurrencyPolicy!.Value.Value);
        Assert.Equal("Dreaming", schedule.Status!.LastStatus!.Value.Value);
        Assert.Equal(json, JsonSerializer.Serialize(schedule, TaskSchedule.TypeInfo));
    }

    [Fact]
    public void Absent_fields_keep_their_defaults()
    {
        var schedule = JsonSerializer.Deserialize("""{"metadata":{"name":"a"}}""", TaskSchedule.TypeInfo)!;

        Assert.Equal("TaskSchedule", schedule.Kind);
        Assert.Equal("", schedule.Spec.Schedule);
        Assert.Null(schedule.Status);
    }

    [Fact]
    public void Its_definition_is_installed() =>
        Assert.Contains("taskschedules.foreman.llmkube.dev", CustomResources.All.Keys);
}
