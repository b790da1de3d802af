using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Kubernetes;
using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet.Scenarios;

/// <summary>A namespace of its own in the shared cluster of pods, and what tests do in it.</summary>
internal sealed class PodScene
{
    private const string Image = "shell:1";

    private PodScene(PodCluster cluster, string space) => (Cluster, Space) = (cluster, space);

    public PodCluster Cluster { get; }

    public string Space { get; }

    public KubernetesClient Client => Cluster.Client;

    public static async Task<PodScene> NewAsync()
    {
        var cluster = await PodCluster.SharedAsync();
        cluster.Images.Add(Image, KubeletImage.OfProgram("/bin/sh"));
        return new(cluster, await cluster.NewNamespaceAsync());
    }

    /// <summary>A container that runs a script.</summary>
    public static JsonObject Shell(string name, string script, string more = "{}")
    {
        var container = Parse(more);
        container["name"] = name;
        container["image"] ??= Image;
        container["args"] = new JsonArray("-c", script);
        return container;
    }

    /// <summary>The spec of a pod that does not start containers again unless it says so.</summary>
    public static JsonObject PodOf(string more, params JsonObject[] containers)
    {
        var spec = Parse(more);
        spec["containers"] = new JsonArray([.. containers]);
        spec["restartPolicy"] ??= "Never";
        return spec;
    }

    public static JsonArray Many(params JsonObject[] containers) => new([.. containers]);

    public static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    public Task<JsonObject> CreateAsync(string apiVersion, string kind, string name, JsonObject spec, string metadata = "{}")
    {
        var about = Parse(metadata);
        about["name"] = name;
        about["namespace"] = Space;
        return Client.Dynamic.CreateAsync(new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = about, ["spec"] = spec });
    }

    public Task RunAsync(string name, JsonObject spec, string metadata = "{}") => CreateAsync("v1", "Pod", name, spec, metadata);

    public Task RunJobAsync(string name, string more, JsonObject pod)
    {
        var spec = Parse(more);
        spec["template"] = new JsonObject { ["spec"] = pod };
        return CreateAsync("batch/v1", "Job", name, spec);
    }

    public Task AddSecretAsync(string name, params (string Key, string Value)[] values) => Client.CreateAsync(new V1Secret
    {
        Metadata = new() { Name = name, NamespaceProperty = Space },
        StringData = values.ToDictionary(v => v.Key, v => v.Value),
    });

    public async Task<JsonObject> JobAsync(string name) => await Client.Dynamic.TryReadAsync(await Client.Dynamic.ResolveAsync("batch/v1", "Job"), name, Space) ?? [];

    /// <summary>Waits until a condition of a Job is true; fails with the whole Job.</summary>
    public async Task JobEndsAsync(string name, string condition)
    {
        JsonObject job = [];
        await WaitAsync(
            async () => (job = await JobAsync(name))["status"]?["conditions"] is JsonArray all && all.Any(c => (string?)c!["type"] == condition && (string?)c["status"] == "True"),
            $"Job {name} to be {condition}",
            () => job.ToJsonString());
    }

    /// <summary>Waits until a pod is as it should be; fails with its status.</summary>
    public async Task<Pod> PodAsync(string name, Func<Pod, bool> condition, string what, TimeSpan? timeout = null)
    {
        Pod? pod = null;
        await WaitAsync(async () => (pod = await Client.TryReadAsync<Pod>(name, Space)) is not null && condition(pod!), $"pod {name} {what}", () => pod?.Status is { } status ? JsonSerializer.Serialize(status, KubeletJson.Default.PodStatus) : "", timeout);
        return pod!;
    }

    public Task<Pod> PodEndsAsync(string name, string phase) => PodAsync(name, p => p.Status?.Phase == phase, $"to be {phase}");

    public Task<Pod> PodRunsAsync(string name) => PodAsync(name, p => p.Status?.ContainerStatuses is { Count: > 0 } all && all.All(c => c.State.Running is not null), "to run");

    public Task PodGoesAsync(string name) =>
        WaitAsync(async () => await Client.TryReadAsync<Pod>(name, Space) is null, $"pod {name} to be gone", () => "");

    /// <summary>The one pod of a Job.</summary>
    public async Task<Pod> PodOfJobAsync(string job) => Assert.Single((await Client.ListAsync<Pod>(Space, new() { LabelSelector = $"job-name={job}" })).Items);

    public async Task<string> LogAsync(string pod, PodLogOptions? options = null)
    {
        await using var log = await Client.OpenPodLogAsync(pod, Space, options);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }

    public async Task<IReadOnlyList<CoreV1Event>> EventsAsync(string pod) =>
        [.. (await Client.ListAsync<CoreV1Event>(Space)).Items.Where(e => e.InvolvedObject?.Name == pod && e.InvolvedObject.Kind == "Pod")];

    /// <summary>Waits until a pod has an event whose message holds a text.</summary>
    public Task EventAsync(string pod, string reason, string text) => WaitAsync(
        async () => (await EventsAsync(pod)).Any(e => e.Reason == reason && e.Message?.Contains(text, StringComparison.Ordinal) == true),
        $"event {reason} of {pod}",
        () => "");

    public Task DeleteAsync(string pod, int? grace = null) => Client.DeleteAsync<Pod>(pod, Space, new() { GracePeriodSeconds = grace });

    /// <summary>Lets a pod go that has a finalizer.</summary>
    public Task ReleaseAsync(string pod) =>
        Client.PatchMetadataAsync<Pod>(V1Patch.Merge(Parse("""{"metadata":{"finalizers":null}}""")), pod, Space);

    // A wait that was in vain says what the cluster has, and what went wrong in the kubelet.
    private async Task WaitAsync(Func<Task<bool>> condition, string what, Func<string> state, TimeSpan? timeout = null)
    {
        try
        {
            await Eventually.TrueAsync(condition, what, timeout ?? TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{state()}\n{string.Join('\n', Cluster.Kubelet.Problems)}", e);
        }
    }
}
