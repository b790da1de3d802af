using System.Text;
using Foreman.Api;

namespace Foreman.Schedules.Tests.Files;

/// <summary>The text of the file that schedules are kept in.</summary>
public sealed class StoredSchedulesTests
{
    [Fact]
    public void F21_F34_What_is_written_is_read()
    {
        var text = "a | b\n- **Source:** yaml\r\n\t\"quoted\" 'too' \\ \u0001 ünï 漢字 🚀";
        var schedule = Given.Stored(Given.Start, Given.Schedule(change: s => s with { TaskTemplate = new() { Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = text } } } }));

        var read = Assert.Single(StoredSchedules.Read(StoredSchedules.Write(ScheduleBook.Empty.With(schedule))).All);

        Assert.Equal(text, read.Spec.TaskTemplate!.Spec.Payload.Prompt);
        Assert.Empty(Drift.Of(schedule, read));
        Assert.Equal(schedule.Status, read.Status);
        Assert.Equal(schedule.Metadata.CreationTimestamp, read.Metadata.CreationTimestamp);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{ nonsense", "")]
    [InlineData("[]", "version")]
    [InlineData("{}", "version")]
    [InlineData("""{"version":1}""", "schedules")]
    [InlineData("""{"version":"1","schedules":[]}""", "version")]
    [InlineData("""{"version":2,"schedules":[]}""", "another release")]
    [InlineData("""{"version":1,"schedules":[7]}""", "schedules[0]")]
    [InlineData("""{"version":1,"schedules":[null]}""", "schedules[0]")]
    [InlineData("""{"version":1,"schedules":[{"metadata":{"name":"a","namespace":"b"},"spec":{"schedule":5}}]}""", "schedules[0]")]
    [InlineData("""{"version":1,"schedules":[{"metadata":{"name":"A","namespace":"b"}}]}""", "name")]
    [InlineData("""{"version":1,"schedules":[{"metadata":{"name":"a"}}]}""", "namespace")]
    [InlineData("""{"version":1,"schedules":[{"metadata":{"name":"a","namespace":"b"},"spec":{"schedule":"* * * * *","later":true}}]}""", "spec.later")]
    [InlineData("""{"version":1,"schedules":[{"metadata":{"name":"a","namespace":"b"}},{"metadata":{"name":"a","namespace":"b"}}]}""", "twice")]
    [InlineData("""{"version":1,"schedules":[{"metadata":{"name":"a","namespace":"b"},"status":{"active":[null]}}]}""", "null")]
    [InlineData("""{"version":1,"schedules":[{"metadata":{"name":"a","namespace":"b"},"status":{"history":[null]}}]}""", "null")]
    public void A_file_that_is_not_whole_is_refused(string text, string why)
    {
        var refusal = Assert.Throws<ScheduleException>(() => StoredSchedules.Read(Encoding.UTF8.GetBytes(text)));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_is_written_than_can_be_read()
    {
        var book = Enumerable.Range(0, StoredSchedules.MaxSchedules).Aggregate(ScheduleBook.Empty, (b, i) => b.With(Given.Stored(Given.Start, Given.Schedule(name: $"a{i}"))));

        Assert.NotEmpty(StoredSchedules.Write(book));
        Assert.Throws<ScheduleException>(() => StoredSchedules.Write(book.With(Given.Stored(Given.Start))));
    }
}
