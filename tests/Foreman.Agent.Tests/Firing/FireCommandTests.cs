using System.Text.Json.Nodes;
using Foreman.Agent.Firing;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Schedules;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Firing;

public class FireCommandTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory, DevCluster, KubeApiServer]
    public async Task F28_A_fire_creates_its_object_once_however_often_its_Job_is_tried(IClusterUnderTest cluster)
    {
        using var client = await ClientAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await client.CreateAsync(Schedule(space, "0 * * * *"));

        var first = await FireAsync(client, space, Noon);
        var again = await FireAsync(client, space, Noon);

        Assert.Equal((ExitCodes.Done, ExitCodes.Done), (first.Code, again.Code));
        var task = Assert.Single((await client.ListAsync<AgenticTask>(space)).Items);
        Assert.Equal("nightly", task.GetLabel(Labels.Schedule));
        Assert.Equal("2030-01-31T12:00:00Z", task.GetAnnotation(Labels.ScheduledAt));
        Assert.Equal("a\nb", task.Spec.Payload.Prompt);
    }

    [Theory, DevCluster]
    public async Task F26_What_the_cluster_refuses_makes_the_Job_fail_with_the_reason(IClusterUnderTest cluster)
    {
        using var client = await ClientAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        await client.CreateAsync(Schedule(space, "0 0 30 2 *"));

        var run = await FireAsync(client, space, Noon);

        Assert.Equal(ExitCodes.Failed, run.Code);
        Assert.Contains("spec.schedule", run.Error, StringComparison.Ordinal);
        Assert.Empty((await client.ListAsync<AgenticTask>(space)).Items);
    }

    [Theory, DevCluster]
    public async Task Where_there_is_nothing_to_begin_the_Job_succeeds_and_says_why(IClusterUnderTest cluster)
    {
        using var client = await ClientAsync(cluster);
        var space = await cluster.NewNamespaceAsync();

        var gone = await FireAsync(client, space, Noon);
        await client.CreateAsync(Schedule(space, "0 * * * *"));
        var other = await FireAsync(client, space, Noon.AddMinutes(5));

        Assert.Equal((ExitCodes.Done, ExitCodes.Done), (gone.Code, other.Code));
        Assert.Contains("is gone", gone.Out, StringComparison.Ordinal);
        Assert.Contains("no time of the schedule", other.Out, StringComparison.Ordinal);
        Assert.Empty((await client.ListAsync<AgenticTask>(space)).Items);
    }

    [Theory, DevCluster]
    public async Task A_Job_that_no_CronJob_made_is_refused(IClusterUnderTest cluster)
    {
        using var client = await ClientAsync(cluster);

        var run = await RunAsync(client, "default", "by-hand", Noon);

        Assert.Equal(ExitCodes.Usage, run.Code);
        Assert.Contains("schedule run nightly", run.Error, StringComparison.Ordinal);
    }

    [Theory, KubeApiServer]
    public async Task F25_F40_A_fire_works_with_the_exported_rights_and_each_of_them_is_needed(IClusterUnderTest cluster)
    {
        using var admin = await ClientAsync(cluster);
        var space = await cluster.NewNamespaceAsync();
        var manifests = ScheduleExport.Of([await admin.CreateAsync(Schedule(space, "0 * * * *"))], new() { Owner = "tests", Image = "example.com/foreman-agent:1" });
        foreach (var manifest in manifests.Where(m => (string?)m["kind"] != "CronJob"))
        {
            await admin.Dynamic.CreateAsync(manifest);
        }

        using var own = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(await cluster.KubeconfigForAsync("foreman-fire", space)));
        await Eventually.PassesAsync(async () => Assert.Equal(ExitCodes.Done, (await FireAsync(own, space, Noon)).Code), "a fire with all rights");
        var role = manifests.Single(m => (string?)m["kind"] == "Role");
        foreach (var right in (int[])[0, 1])
        {
            var without = (JsonObject)role.DeepClone();
            ((JsonArray)without["rules"]!).RemoveAt(right);
            await admin.Dynamic.ReplaceAsync(without);
            await Eventually.PassesAsync(
                async () =>
                {
                    var run = await FireAsync(own, space, Noon.AddHours(right + 1));
                    Assert.Equal(ExitCodes.Failed, run.Code);
                    Assert.Contains("forbidden", run.Error, StringComparison.Ordinal);
                },
                "a fire that lacks a right");
            await admin.Dynamic.ReplaceAsync((JsonObject)role.DeepClone());
            await Eventually.PassesAsync(async () => Assert.Equal(ExitCodes.Done, (await FireAsync(own, space, Noon.AddHours(right + 10))).Code), "a fire with all rights again");
        }
    }

    private static async Task<KubernetesClient> ClientAsync(IClusterUnderTest cluster)
    {
        await ForemanDefinitions.InstallAsync(cluster);
        return new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
    }

    private static TaskSchedule Schedule(string space, string schedule) => new()
    {
        Metadata = new() { Name = "nightly", NamespaceProperty = space },
        Spec = new() { Schedule = schedule, TaskTemplate = new() { Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Prompt = "a\nb" } } } },
    };

    private static Task<(int Code, string Out, string Error)> FireAsync(IKubernetes client, string space, DateTimeOffset at) =>
        RunAsync(client, space, $"nightly-0123456789a-{at.ToUnixTimeSeconds() / 60}", at.AddSeconds(10));

    private static async Task<(int Code, string Out, string Error)> RunAsync(IKubernetes client, string space, string job, DateTimeOffset now)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new ConsoleStreams(output, error, _ => null) { Time = new ManualTimeProvider(now) };
        var code = await FireCommand.RunAsync(client, new(space, "nightly"), job, console, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
