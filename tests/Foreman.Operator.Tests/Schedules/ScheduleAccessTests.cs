using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Schedules;
using Foreman.Schedules;
using Foreman.Testing;
using Foreman.Tools.Schedules;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Schedules;

public sealed class ScheduleAccessTests : IDisposable
{
    private static readonly AgenticTask Asking = new()
    {
        Metadata = new() { Name = "asking", NamespaceProperty = "team" },
        Spec = new() { Kind = TaskKind.Freeform, AgentRef = new() { Name = "coder" } },
    };

    private readonly TempFolder _folder = new();
    private readonly FileScheduleBackend _backend;

    public ScheduleAccessTests() => _backend = Open();

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task F20_F38_What_a_tool_makes_the_backend_has_and_a_second_call_changes_only_what_it_names()
    {
        var access = new ScheduleAccess(_backend, Asking);

        var made = await access.SetAsync(new("nightly", "0 3 * * *", "Look.", null, "Europe/Berlin", null), CancellationToken.None);
        var changed = await access.SetAsync(new("nightly", "0 4 * * *", "Look twice.", null, null, false), CancellationToken.None);

        Assert.StartsWith("Created schedule nightly. Next: 2030-02-01T02:00:00Z", made, StringComparison.Ordinal);
        Assert.StartsWith("Updated schedule nightly.", changed, StringComparison.Ordinal);
        var stored = Assert.Single(await _backend.ListAsync("team", CancellationToken.None));
        Assert.Equal(("0 4 * * *", "Europe/Berlin", true), (stored.Spec.Schedule, stored.Spec.TimeZone, stored.Spec.Suspend == true));
        Assert.Equal(("coder", "Look twice."), (stored.Spec.TaskTemplate!.Spec.AgentRef!.Name, stored.Spec.TaskTemplate!.Spec.Payload.Prompt));
        Assert.Equal(ScheduleSource.Llm, ScheduleSource.Of(stored));
    }

    [Fact]
    public async Task A_task_sees_and_deletes_only_schedules_of_its_namespace()
    {
        await new ScheduleAccess(_backend, Asking with { Metadata = new() { Name = "x", NamespaceProperty = "elsewhere" } }).SetAsync(new("theirs", "@daily", "Look.", null, null, null), CancellationToken.None);
        var access = new ScheduleAccess(_backend, Asking);

        var refusal = await Assert.ThrowsAsync<ScheduleAccessException>(() => access.DeleteAsync("theirs", CancellationToken.None));

        Assert.Equal("schedule theirs not found", refusal.Message);
        Assert.Equal("No schedules configured.", await access.ListAsync(enabledOnly: false, CancellationToken.None));
        Assert.Equal("No execution history found.", await access.HistoryAsync(null, 20, CancellationToken.None));
        Assert.Single(await _backend.ListAsync("elsewhere", CancellationToken.None));
    }

    [Fact]
    public async Task Schedules_are_listed_and_deleted()
    {
        var access = new ScheduleAccess(_backend, Asking);
        await access.SetAsync(new("off", "@daily", "Look.", null, null, false), CancellationToken.None);
        await access.SetAsync(new("on", "@daily", "Look\nhere.", null, null, null), CancellationToken.None);

        var enabled = await access.ListAsync(enabledOnly: true, CancellationToken.None);
        var deleted = await access.DeleteAsync("on", CancellationToken.None);

        Assert.Matches("^ID +CRON +SOURCE +ENABLED +NEXT +TASK\non +@daily +llm +yes +2030-02-01T00:00:00Z +Look", enabled);
        Assert.DoesNotContain("off", enabled, StringComparison.Ordinal);
        Assert.Equal("Deleted schedule on.", deleted);
        Assert.Equal("off", Assert.Single(await _backend.ListAsync("team", CancellationToken.None)).Name());
    }

    [Fact]
    public async Task F15_F38_What_the_backend_refuses_is_an_answer_for_the_model()
    {
        var access = new ScheduleAccess(_backend, Asking);

        var cron = await Assert.ThrowsAsync<ScheduleAccessException>(() => access.SetAsync(new("a", " ", "Look.", null, null, null), CancellationToken.None));
        var often = await Assert.ThrowsAsync<ScheduleAccessException>(() => access.SetAsync(new("a", "* * * * *", "Look.", null, null, null), CancellationToken.None));
        var name = await Assert.ThrowsAsync<ScheduleAccessException>(() => access.SetAsync(new("Not a name", "@daily", "Look.", null, null, null), CancellationToken.None));

        Assert.Equal("cron is required", cron.Message);
        Assert.Contains("5 min", often.Message, StringComparison.Ordinal);
        Assert.Contains("metadata.name", name.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_is_made_of_the_first_words_and_all_of_the_task()
    {
        Assert.Matches("^look-at-the-failing-tests-[0-9a-f]{4}$", ScheduleAccess.IdOf("Look at the failing tests of yesterday"));
        Assert.NotEqual(ScheduleAccess.IdOf("one two three four five six"), ScheduleAccess.IdOf("one two three four five seven"));
        Assert.Matches("^schedule-[0-9a-f]{4}$", ScheduleAccess.IdOf("漢字"));
        Assert.InRange(ScheduleAccess.IdOf(new string('a', 500)).Length, 1, 40);
    }

    private FileScheduleBackend Open() => new(
        new() { Path = _folder["schedules.json"], AllowDynamic = true },
        new NoObjects(),
        new ScheduleAudit(NullLogger.Instance),
        new ManualTimeProvider(new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero)),
        NullLogger.Instance);

    /// <summary>The clock is not watched here, so that nothing is begun.</summary>
    private sealed class NoObjects : IScheduledObjects
    {
        public Task<IReadOnlyList<FiredObject>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<FiredObject>>([]);

        public Task CreateAsync(ScheduledFire fire, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task CancelAsync(ObjectKey obj, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DeleteAsync(ObjectKey obj, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
