using System.Text.Json.Nodes;
using Foreman.Api;
using k8s.Models;

namespace Foreman.Jobs.Tests;

/// <summary>Runs and their Jobs as tests need them.</summary>
internal static class Given
{
    public const string Uid = "0A1b2c3d-4e5f-6789-abcd-ef0123456789";

    public static DateTimeOffset Now { get; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static JobsConfig Config { get; } = JobsConfig.Default with { Image = "example.com/foreman:1" };

    public static TaskContainer Container { get; } = new() { Image = "example.com/coder:2", Command = ["coder"], Args = ["--fast", "$(FOREMAN_REPO)"] };

    public static AgenticTask Task(string name = "fix", string? user = null) => new()
    {
        Metadata = new()
        {
            Name = name,
            NamespaceProperty = "team",
            Uid = Uid,
            Annotations = user is null ? null : new Dictionary<string, string> { [Labels.User] = user },
        },
        Spec = new() { Kind = TaskKind.Freeform, Payload = new() { Repo = "acme/shop", Branch = "fix/1", Prompt = "Add $(HOME) for $5." } },
    };

    /// <summary>The run of a container.</summary>
    public static JobRun Run(TaskContainer? container = null, string? template = null, JobsConfig? config = null) => new()
    {
        Task = Task(),
        Attempt = 3,
        Container = container ?? Container,
        Job = template is null ? null : new() { Template = Json(template) },
        Config = config ?? Config,
    };

    /// <summary>A run of the loop.</summary>
    public static JobRun Loop(AgentSpec? agent = null) => new() { Task = Task(), Attempt = 3, Agent = agent, Config = Config };

    public static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    /// <summary>The Job of a good run.</summary>
    public static V1Job Job(JobRun run)
    {
        var plan = JobBuilder.Build(run);
        Assert.Equal("", string.Join('\n', plan.Faults.Select(f => $"{f.Path}: {f.Why}")));
        return plan.Job!;
    }

    public static V1PodSpec Pod(JobRun run) => Job(run).Spec.Template.Spec;

    public static V1Container TaskOf(JobRun run) => Pod(run).Containers.Single(c => c.Name == "task");

    /// <summary>The fields that are wrong with a run.</summary>
    public static IEnumerable<string> Faults(JobRun run)
    {
        var plan = JobBuilder.Build(run);
        Assert.Null(plan.Job);
        return plan.Faults.Select(f => f.Path);
    }

    public static string? Value(this V1Container container, string variable) => container.Env.Single(e => e.Name == variable).Value;
}
