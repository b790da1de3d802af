using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Schedules.Tests.Fakes;
using Foreman.Testing;

namespace Foreman.Schedules.Tests.Scenarios;

/// <summary>The behaviours of all backends with CronJobs on kube-apiserver, and what concerns CronJobs alone.</summary>
public sealed class KubernetesScheduleBackendTests : ClusterBackendBehaviours
{
    private static readonly ResourceKey CronJob = CronJobManifest.KeyOf("foreman-tests", Given.Key);

    private JobClock? _jobs;

    private protected override CronJobSettings? CronJobs { get; } = new() { Owner = "foreman-tests", Image = "example.com/foreman-agent:1" };

    [Fact]
    public async Task F6_F22_A_schedule_has_a_CronJob_with_its_times_and_its_suspension()
    {
        var backend = Start();
        await backend.SyncAsync([Given.Schedule("0 6 * * MON-FRI", change: s => s with { TimeZone = "Europe/Berlin", Suspend = true })], Never);

        var cronJob = (await Client.Dynamic.TryReadAsync(CronJob.Type, CronJob.Name, CronJob.Namespace, Never))!;

        var spec = cronJob["spec"]!;
        Assert.Equal("0 6 * * 1,2,3,4,5", (string?)spec["schedule"]);
        Assert.Equal("Europe/Berlin", (string?)spec["timeZone"]);
        Assert.True((bool)spec["suspend"]!);
        Assert.Equal("Forbid", (string?)spec["concurrencyPolicy"]);
        Assert.Equal("nightly", CronJobManifest.Label(cronJob, Labels.Schedule));
        Assert.Equal("foreman-tests", CronJobManifest.Label(cronJob, Labels.ScheduleOwner));
        Assert.Equal(ScheduleSource.Yaml, CronJobManifest.Label(cronJob, Labels.ScheduleSource));
    }

    [Theory]
    [InlineData("/spec/schedule", "1 1 1 1 1")]
    [InlineData("/spec/concurrencyPolicy", "Allow")]
    [InlineData("/spec/timeZone", "Asia/Tokyo")]
    [InlineData("/spec/jobTemplate/spec/template/spec/containers/0/image", "example.com/other:2")]
    public async Task F9_What_was_changed_by_hand_is_put_right_by_one_write(string path, string value)
    {
        var backend = Start();
        await backend.SyncAsync([Given.Schedule()], Never);
        var before = await ReadAsync();
        await Client.Dynamic.PatchAsync(CronJob, V1Patch.Json(JsonPatchOperation.Replace(path, value)), null, Never);

        await backend.SyncAsync([Given.Schedule()], Never);
        var after = await ReadAsync();
        var writes = Writes;
        await backend.SyncAsync([Given.Schedule()], Never);

        Assert.True(JsonNode.DeepEquals(before["spec"], after["spec"]));
        Assert.Equal(writes, Writes);
    }

    [Fact]
    public async Task F13_F14_The_CronJobs_of_others_are_neither_changed_nor_deleted()
    {
        var foreign = CronJobManifest.Of(Given.Schedule(), Given.Expression("5 5 * * *"), new() { Owner = "foreman-tests", Image = "example.com/their:1" });
        foreign["metadata"]!["labels"] = new JsonObject { ["app"] = "theirs" };
        await Client.Dynamic.CreateAsync(foreign, null, Never);
        var before = await ReadAsync();
        var backend = Start();

        await backend.SyncAsync([Given.Schedule()], Never);
        var synced = (await backend.GetAsync(Given.Key, Never))!.Status!.Conditions.Find(ConditionTypes.Synced)!;
        await backend.SyncAsync([], Never);
        await backend.StartAsync(Never);

        Assert.True(JsonNode.DeepEquals(before, await ReadAsync()));
        Assert.Equal((Conditions.False, Reasons.CronJobNotWritten), (synced.Status, synced.Reason));
        Assert.Contains("another's", synced.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_whose_CronJob_is_not_ours_still_has_its_runs()
    {
        var foreign = CronJobManifest.Of(Given.Schedule(), Given.Expression("5 5 5 5 *"), new() { Owner = "foreman-tests", Image = "example.com/their:1" });
        foreign["metadata"]!["labels"] = new JsonObject { ["app"] = "theirs" };
        foreign["spec"]!["suspend"] = true;
        await Client.Dynamic.CreateAsync(foreign, null, Never);
        var backend = Start();
        await backend.SyncAsync([Given.Schedule()], Never);

        Clock.Advance(TimeSpan.FromMinutes(61));
        await LookAsync(backend);

        Assert.Equal(ScheduleNames.Object("nightly", Given.Start.AddHours(1)), Assert.Single(Objects.Created).Name());
    }

    [Fact]
    public async Task A_CronJob_goes_with_its_schedule_also_when_that_went_while_nobody_looked()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        await backend.SetAsync(Given.Schedule(name: "other"), Never);

        await backend.DeleteAsync(new("team", "other"), Never);
        Assert.Equal(1, await CountAsync());
        await Client.DeleteAsync<TaskSchedule>("nightly", "team", null, Never);
        await Start().StartAsync(Never);

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task F28_A_pod_that_comes_late_or_again_finds_that_its_time_was_dealt_with()
    {
        var backend = Start();
        await backend.SetAsync(Given.Schedule(), Never);
        Clock.Advance(TimeSpan.FromHours(1));
        await LookAsync(backend);
        var (stored, at) = ((await Client.TryReadAsync<TaskSchedule>("nightly", "team", Never))!, Given.Start.AddHours(1));

        var again = FireDecision.Of(stored, at, Clock.GetUtcNow());
        Objects.EndAll(Verdict.Go);
        await LookAsync(backend);
        var late = FireDecision.Of((await Client.TryReadAsync<TaskSchedule>("nightly", "team", Never))!, at, Clock.GetUtcNow());

        Assert.Null(again.Fire);
        Assert.Null(late.Fire);
        Assert.Single(Objects.Created);
    }

    [Fact]
    public async Task F40_Exported_CronJobs_are_what_the_first_sync_wants()
    {
        var settings = CronJobs!;
        var declared = ScheduleSource.With(Given.Schedule(), ScheduleSource.Yaml);
        await Client.Dynamic.ApplyAsync(CronJobManifest.Of(declared, Given.Expression("0 * * * *"), settings), new PatchOptions { FieldManager = "kubectl" }, Never);
        var before = await ReadAsync();

        await Start().SyncAsync([Given.Schedule()], Never);

        Assert.True(JsonNode.DeepEquals(before, await ReadAsync()));
    }

    private protected override async Task<IClusterUnderTest> ClusterAsync() => await KubeApiServer.SharedAsync();

    private protected override async Task<bool> ClusterActsAsync()
    {
        _jobs ??= new(Client, Objects);
        var wentWell = await _jobs.RunAsync("team", Clock.GetUtcNow());
        return await _jobs.RunAsync("elsewhere", Clock.GetUtcNow()) && wentWell;
    }

    private async Task<JsonObject> ReadAsync() => (await Client.Dynamic.TryReadAsync(CronJob.Type, CronJob.Name, CronJob.Namespace, Never))!;

    private async Task<int> CountAsync() => ((JsonArray)(await Client.Dynamic.ListAsync(CronJobManifest.Type, "team", null, Never))["items"]!).Count;
}
